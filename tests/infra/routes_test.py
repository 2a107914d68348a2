"""One route table: nginx, the client's nginx, Ingress, HTTPRoute and the API itself agree on it."""

import json
import os
import re
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from project import BUILT_HERE, INFRA, ROOT, WITH_API, of_kind, run
from stack import free_port, wait_until

TABLE = json.loads((INFRA / "routes.json").read_text())["routes"]
ID = "018f6b2f-1b2c-7e54-8b62-4d6a1fac2b02"
# What is not in the API, and where it has to go all the same.
ODD = {
    "/": "client",
    "/tickets/" + ID: "client",
    "/auth/signin": "client",
    "/healthz": "client",  # the services' own are for the cluster only
    "/readyz": "client",
    "/metrics": "client",
    "/operator/payments/ours": "client",
    "/apis": "client",
    "/api": "tickets",
    "/api/nothing": "tickets",
    "/api/ticketsandmore": "tickets",
    "/api/tickets/stream/more": "tickets",
    f"/api/orders/{ID}/refund": "payments",
    f"/api/orders/{ID}/refund/more": "orders",
    f"/api/orders/{ID}/more/refund": "orders",
    "/api/orders/refund": "orders",
    f"/api/orders/{ID}/ticket/more": "orders",
    f"/api/orders/{ID}/ticket/file/more": "orders",
    "/.well-known/security.txt": "client",
}


def api_routes():
    """Every route of the services' code: (service, path with an id in place of :id)."""
    found = []
    for service in BUILT_HERE:
        for source in (ROOT / "src" / service).rglob("*.cpp"):
            if not source.name.endswith("_test.cpp"):
                for path in re.findall(
                    r'\{"(?:GET|POST|PUT|DELETE|PATCH)",\s*"(/[^"]*)"', source.read_text()
                ):
                    found.append((service, re.sub(r":\w+", ID, path)))
    return found


def public(routes):
    # Operators, and the developer whose mails these are, ask the service itself.
    own = ("/operator/", "/dev/")
    return [(service, path) for service, path in routes if not path.startswith(own)]


def by_table(path):
    for route in TABLE:
        pattern = re.sub(r":\w+", "[^/]+", re.escape(route["path"]).replace(r"\:", ":"))
        if route["match"] == "prefix":
            pattern = pattern.rstrip("/") + "(/.*)?"
        if re.fullmatch(pattern, path):
            return route["to"], bool(route.get("stream"))
    raise AssertionError(f"nothing takes {path}")


def by_ingress(overlay_objects, path):
    """ingress-nginx with use-regex: case-insensitive prefixes of the path, the longest first."""
    rules = []
    for ingress in overlay_objects:
        annotations = ingress["metadata"]["annotations"]
        stream = annotations.get("nginx.ingress.kubernetes.io/proxy-buffering") == "off"
        for rule in ingress["spec"]["rules"][0]["http"]["paths"]:
            rules.append((rule["path"], rule["backend"]["service"]["name"], stream))
    for expression, service, stream in sorted(rules, key=lambda r: -len(r[0])):
        if re.match("(?i)^" + expression, path):
            return service, stream
    raise AssertionError(f"nothing takes {path}")


def by_gateway(route, path):
    """Gateway API: exact paths, then regular expressions, then the longest prefix."""
    best = None
    for rule in route["spec"]["rules"]:
        for match in rule["matches"]:
            kind, value = match["path"]["type"], match["path"]["value"]
            fits = {
                "Exact": path == value,
                "RegularExpression": kind == "RegularExpression"
                and re.fullmatch(value, path) is not None,
                "PathPrefix": path == value or path.startswith(value.rstrip("/") + "/"),
            }[kind]
            rank = ({"Exact": 2, "RegularExpression": 1, "PathPrefix": 0}[kind], len(value))
            if fits and (best is None or rank > best[0]):
                stream = rule.get("timeouts", {}).get("request") == "0s"
                best = rank, (rule["backendRefs"][0]["name"], stream)
    return best[1]


class Agreement(unittest.TestCase):
    paths = {**{path: service for service, path in public(api_routes())}, **ODD}

    def test_the_code_has_routes_to_compare(self):
        self.assertGreater(len(api_routes()), 15)

    def test_every_route_of_a_service_leads_to_that_service(self):
        for service, path in public(api_routes()):
            self.assertEqual(by_table(path)[0], service, path)

    def test_every_path_of_the_api_description_is_a_route_of_a_service(self):
        described = json.loads((ROOT / "src/contracts/openapi.json").read_text())["paths"]
        served = {path for _, path in api_routes()}
        operations = {"/healthz", "/readyz", "/metrics", "/api/openapi.json"}
        for path in described:
            self.assertIn(re.sub(r"\{\w+\}", ID, path), served | operations)

    def test_streams_of_the_code_and_only_they_are_passed_on_unbuffered(self):
        for _, path in api_routes():
            self.assertEqual(by_table(path)[1], path.endswith("/stream"), path)

    def test_odd_paths_go_where_they_should(self):
        for path, service in ODD.items():
            self.assertEqual(by_table(path)[0], service, path)

    def test_the_ingress_agrees(self):
        ingresses = [o for o in of_kind("dev", "Ingress").values()]
        for path in self.paths:
            self.assertEqual(by_ingress(ingresses, path), by_table(path), path)

    def test_the_gateway_agrees(self):
        route = of_kind("prod", "HTTPRoute")["ticketing"]
        for path in self.paths:
            self.assertEqual(by_gateway(route, path), by_table(path), path)

    def test_backends_exist_under_the_ports_that_are_named(self):
        services = {
            name: o["spec"]["ports"][0]["port"] for name, o in of_kind("prod", "Service").items()
        }
        for rule in of_kind("prod", "HTTPRoute")["ticketing"]["spec"]["rules"]:
            backend = rule["backendRefs"][0]
            self.assertEqual(services[backend["name"]], backend["port"])
        for ingress in of_kind("dev", "Ingress").values():
            for rule in ingress["spec"]["rules"][0]["http"]["paths"]:
                backend = rule["backend"]["service"]
                self.assertEqual(services[backend["name"]], backend["port"]["number"])


def free_ports(count):
    return [free_port() for _ in range(count)]


class RealNginx(unittest.TestCase):
    """The files that ./run --distributed and the client's pod use, in a real nginx."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, configuration, name):
        path = self.folder / f"{name}.conf"
        path.write_text(configuration)
        process = subprocess.Popen(
            ["nginx", "-e", "stderr", "-c", path, "-p", self.folder, "-g", "daemon off;"],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(lambda: (process.terminate(), process.communicate(timeout=10)))
        return process

    def start_slow_backend(self):
        """Holds every request for as long as it is kept open. Returns its port."""
        (port,) = free_ports(1)
        work = "".join(
            f"{kind}_temp_path {self.folder}/s-{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        listener = socket.create_server(("127.0.0.1", 0), backlog=500)  # accepts, and never answers
        self.addCleanup(listener.close)
        self.start(
            f"pid {self.folder}/slow.pid; worker_processes 1; events {{}} http {{ access_log off; {work} server {{ listen 127.0.0.1:{port};"
            f" location /healthz {{ return 200 ok; }} location / {{ proxy_pass http://127.0.0.1:{listener.getsockname()[1]}; }} }} }}",
            "slow",
        )
        return port

    def hold(self, port, path, caller, count):
        """Requests that stay under way, from `caller`, who sends them as realip takes it."""
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port))
            self.addCleanup(connection.close)
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Caller: {caller}\r\n\r\n".encode()
            )
        time.sleep(0.3)

    def status_of(self, port, path, caller):
        """Of an answer within half a second; None when there is none, because the backend holds it."""
        connection = socket.create_connection(("127.0.0.1", port), timeout=0.5)
        with connection:
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Caller: {caller}\r\n\r\n".encode()
            )
            try:
                answer = connection.recv(4096).decode()
            except TimeoutError:
                return None
        return int(answer.split()[1]), answer

    def start_limited(self):
        """nginx as it is rendered, where 5 requests and 2 streams of an address may be under way."""
        slow, (port,) = self.start_slow_backend(), free_ports(1)
        backends = [f"{name}=127.0.0.1:{slow}" for name in [*WITH_API, "client"]]
        environment = {**os.environ, "REQUESTS_AN_ADDRESS": "5", "STREAMS_AN_ADDRESS": "2"}
        text = run(
            INFRA / "nginx/render", f"127.0.0.1:{port}", self.folder, *backends, env=environment
        ).stdout
        # Callers of many addresses, without having them on this machine.
        text = text.replace(
            "http {", "http { set_real_ip_from 127.0.0.1; real_ip_header X-Caller;", 1
        )
        self.start(text, "limited")
        self.assertEqual(self.ask(port, "/healthz"), ["ok"])
        return port

    def test_one_address_cannot_take_more_than_its_share_of_requests(self):
        port = self.start_limited()
        self.hold(port, "/api/orders", "198.51.100.7", 5)
        status, answer = self.status_of(port, "/api/orders", "198.51.100.7")
        self.assertEqual(status, 429)
        self.assertIn("Retry-After: 1\r\n", answer)
        self.assertIn("Content-Type: application/problem+json\r\n", answer)
        self.assertEqual(json.loads(answer.split("\r\n\r\n")[1])["slug"], "too_many_requests")
        self.assertIsNone(
            self.status_of(port, "/api/orders", "198.51.100.8"), "another address is served"
        )
        self.assertEqual(
            self.status_of(port, "/healthz", "198.51.100.7")[0], 200, "probes do not count"
        )

    def test_one_address_cannot_take_more_than_its_share_of_streams(self):
        port = self.start_limited()
        self.hold(port, "/api/tickets/stream", "198.51.100.7", 2)
        self.assertEqual(self.status_of(port, "/api/tickets/stream", "198.51.100.7")[0], 429)
        self.assertEqual(self.status_of(port, f"/api/orders/{ID}/stream", "198.51.100.7")[0], 429)
        self.assertIsNone(
            self.status_of(port, "/api/tickets/stream", "198.51.100.8"), "another address is served"
        )
        self.assertIsNone(
            self.status_of(port, "/api/orders", "198.51.100.7"), "its other requests are served"
        )

    def test_a_caller_by_ipv6_is_its_network_and_a_mapped_ipv4_address_is_the_ipv4_one(self):
        port = self.start_limited()
        self.hold(port, "/api/orders", "2001:db8:0:1::1", 5)
        self.assertEqual(self.status_of(port, "/api/orders", "2001:db8:0:1:ffff::2")[0], 429)
        self.assertIsNone(self.status_of(port, "/api/orders", "2001:db8:0:2::1"))
        self.hold(port, "/api/orders", "198.51.100.10", 5)
        self.assertEqual(self.status_of(port, "/api/orders", "::ffff:198.51.100.10")[0], 429)
        self.assertIsNone(self.status_of(port, "/api/orders", "::ffff:198.51.100.11"))

    def start_unread(self, callers, send_timeout="20s"):
        """Callers that send one request after another and read no answer. Returns nginx's port and their connections."""
        (backend, port) = free_ports(2)
        (self.folder / "answer").write_text("x" * 100_000)
        work = "".join(
            f"{kind}_temp_path {self.folder}/u-{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.start(
            f"user root; pid {self.folder}/unread.pid; worker_processes 1; events {{}} http {{ access_log off; {work} server {{"
            f" listen 127.0.0.1:{backend}; root {self.folder}; location / {{ rewrite ^ /answer break; }} }} }}",
            "unread",
        )
        text = run(
            INFRA / "nginx/render", f"127.0.0.1:{port}", self.folder, f"tickets=127.0.0.1:{backend}"
        ).stdout
        self.assertIn("send_timeout 20s;", text)
        self.start(text.replace("send_timeout 20s;", f"send_timeout {send_timeout};"), "edge")
        self.assertEqual(len(self.ask(port, "/api/tickets")[0]), 100_000)
        connections = []
        for _ in range(callers):
            connection = socket.socket()
            self.addCleanup(connection.close)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", port))
            connection.sendall(b"GET /api/tickets HTTP/1.1\r\nHost: x\r\n\r\n" * 200)
            connections.append(connection)
        return port, connections

    def test_callers_that_do_not_read_their_answers_hold_little_memory(self):
        callers = 20
        port, _ = self.start_unread(callers)
        time.sleep(2)
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        queues = [
            line[4].split(":")
            for line in lines
            if line[1] == f"0100007F:{port:04X}" and line[3] == "01"
        ]
        self.assertEqual(len(queues), callers)
        unsent, unread = (sum(int(queue[i], 16) for queue in queues) // callers for i in (0, 1))
        self.assertGreater(unsent, 1_000, "they do wait")
        self.assertLess(unsent, 128 * 1024, "bytes that are not sent, of a connection")
        self.assertLess(unread, 128 * 1024, "bytes that are not read, of a connection")

    def test_a_caller_that_does_not_read_its_answer_is_cut_off(self):
        _, (connection,) = self.start_unread(1, send_timeout="1s")
        with self.assertRaises(ConnectionError):
            for _ in range(100):
                time.sleep(0.1)
                connection.send(b" ")

    def start_backends(self, names):
        """One nginx that answers for every service, on a port each: its name, and what it received."""
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        servers = "".join(
            f'server {{ listen 127.0.0.1:{port}; location / {{ return 200 "{name}|$http_host|$http_x_forwarded_for|$request_uri|$http_x_request_id"; }} }}'
            for name, port in ports.items()
        )
        work = "".join(
            f"{kind}_temp_path {self.folder}/b-{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.start(
            f"pid {self.folder}/backends.pid; worker_processes 1; events {{}} http {{ access_log off; {work} {servers} }}",
            "backends",
        )
        # The nginx before them may be up first, and takes one that refuses for a replica that is gone.
        for port in ports.values():
            wait_until(
                "a backend that listens",
                lambda port=port: socket.create_connection(("127.0.0.1", port), 1).close() is None,
            )
        return ports

    def ask(self, port, path, headers=(), method="GET", data=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers=dict(headers), method=method, data=data
        )
        for _ in range(100):
            try:
                return urllib.request.urlopen(request, timeout=5).read().decode().split("|")
            except urllib.error.HTTPError:
                raise
            except OSError:
                time.sleep(0.05)
        raise AssertionError("nginx does not answer")

    def test_nginx_before_the_services_agrees(self):
        backends = self.start_backends([*WITH_API, "client"])
        (port,) = free_ports(1)
        made = run(
            INFRA / "nginx/render",
            f"127.0.0.1:{port}",
            self.folder,
            *[f"{n}=127.0.0.1:{p}" for n, p in backends.items()],
        )
        self.assertEqual(made.returncode, 0, made.stderr)
        self.start(made.stdout, "edge")
        for path in Agreement.paths:
            self.assertEqual(self.ask(port, path)[0], by_table(path)[0], path)
        # The path and the caller arrive as they were sent.
        answer = self.ask(port, "/api/tickets/%C3%BC//x?a=b%2Fc")
        self.assertEqual(
            answer[1:4], [f"127.0.0.1:{port}", "127.0.0.1", "/api/tickets/%C3%BC//x?a=b%2Fc"]
        )
        # What the request is called is not for the caller to say.
        named = self.ask(port, "/api/tickets", [("X-Request-Id", "the-id-of-another")])
        self.assertRegex(named[4], "^[0-9a-f]{32}$")

    def refused(self, port, path, **options):
        """The status, the Retry-After and the slug of an answer that nginx gives by itself."""
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.ask(port, path, **options)
        with caught.exception as answer:
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
            problem = json.load(answer)
            self.assertEqual(problem["status"], answer.code)
            (error,) = problem["errors"]
            self.assertEqual(
                (error["code"], error["message"]), (problem["slug"], problem["detail"])
            )
            self.assertIsInstance(error["params"], dict)
            return answer.code, answer.headers["Retry-After"], problem["slug"]

    def test_nginx_refuses_in_the_form_of_the_api(self):
        (port,) = free_ports(1)
        self.start(run(INFRA / "nginx/render", f"127.0.0.1:{port}", self.folder).stdout, "edge")
        self.assertEqual(self.refused(port, "/api/tickets"), (503, "2", "unavailable"))
        # Whether a change that was sent was made is not known.
        for method in ("POST", "PUT", "DELETE"):
            self.assertEqual(
                self.refused(port, "/api/orders", method=method, data=b"{}"),
                (503, "2", "outcome_unknown"),
            )
        self.assertEqual(self.refused(port, "/api/tickets/%00"), (400, None, "malformed_request"))
        self.assertEqual(
            self.refused(port, "/api/tickets?x=" + "x" * 20_000), (414, None, "uri_too_long")
        )
        self.assertEqual(
            self.refused(port, "/api/tickets", headers=[("X-Large", "x" * 20_000)]),
            (431, None, "headers_too_large"),
        )

    def test_a_folder_may_have_any_name(self):
        folder = self.folder / 'of a "shop" & a $dollar #1'
        folder.mkdir()
        (port,) = free_ports(1)
        self.start(run(INFRA / "nginx/render", f"127.0.0.1:{port}", folder).stdout, "edge")
        self.assertEqual(self.refused(port, "/api/tickets"), (503, "2", "unavailable"))
        self.assertTrue((folder / "nginx.pid").exists())

    def test_a_replica_that_drains_gets_no_requests_and_one_that_is_gone_is_stepped_over(self):
        backends = self.start_backends(["a", "b"])
        port, gone = free_ports(2)
        for servers, wanted in [
            (f"-127.0.0.1:{backends['a']},127.0.0.1:{backends['b']}", {"b"}),
            (f"127.0.0.1:{gone},127.0.0.1:{backends['a']}", {"a"}),
        ]:
            (port,) = free_ports(1)
            folder = self.folder / str(port)
            folder.mkdir()
            self.start(
                run(
                    INFRA / "nginx/render", f"127.0.0.1:{port}", folder, f"orders={servers}"
                ).stdout,
                str(port),
            )
            self.assertEqual({self.ask(port, "/api/orders")[0] for _ in range(10)}, wanted)

    def test_nginx_in_the_clients_pod_agrees_and_hides_the_hop(self):
        backends = self.start_backends(WITH_API)
        (port,) = free_ports(1)
        text = (INFRA / "k8s/base/client-api.nginx.conf").read_text()
        for name, backend in backends.items():
            text = text.replace(f"server {name}:4000", f"server 127.0.0.1:{backend}")
        self.start(
            text.replace("127.0.0.1:4000", f"127.0.0.1:{port}").replace("/tmp", str(self.folder)),
            "pod",
        )
        for path, service in Agreement.paths.items():
            if service != "client":
                self.assertEqual(self.ask(port, path)[0], by_table(path)[0], path)
        told = self.ask(port, "/api/tickets", [("X-Forwarded-For", "198.51.100.7, 10.0.0.3")])
        self.assertEqual(told[2], "198.51.100.7")
        named = self.ask(port, "/api/tickets", [("X-Request-Id", "name-by-the-client")])
        self.assertEqual(named[4], "name-by-the-client")
        self.assertRegex(self.ask(port, "/api/tickets")[4], "^[0-9a-f]{32}$")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.ask(port, "/tickets/new")
        self.assertEqual(caught.exception.code, 404)
        caught.exception.close()


if __name__ == "__main__":
    unittest.main()
