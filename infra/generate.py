#!/usr/bin/env python3
"""Writes what is defined once: all that names the services (from src/services.json), the route table
as nginx, Ingress and HTTPRoute (from routes.json), and the alert rules as a PrometheusRule (from
observability/alerts.yaml). services_written.py has the files, and the parts of files, that are about
the services alone; services_deployed.py those that run them.

  infra/generate.py               writes the files
  infra/generate.py --check       fails when one of them is not what would be written
  infra/generate.py --print FILE  prints one of them instead
  infra/generate.py --with FILE   takes the services of another list, too: those that are built elsewhere
"""

import argparse
import json
import re
import sys

import services_deployed
import services_written
from services_written import INFRA, NOTE, ROOT, services

PORTS = {"client": 3000}  # all others: 4000


def api_services():
    return [service["name"] for service in services() if service.get("api")]


def routes():
    return json.loads((INFRA / "routes.json").read_text())["routes"]


def regex(route):
    """The path as a regular expression that RE2 and PCRE read alike, without its leading ^."""
    path = re.sub(r":\w+", "[^/]+", route["path"].replace(".", r"\."))
    if route["match"] == "prefix":
        return path if path == "/" else path + "(/|$)"
    return path + "$"


# --- nginx -------------------------------------------------------------------------------------

NGINX_HEAD = """\
worker_processes {workers};
worker_rlimit_nofile 16384;
pid {run_dir}/nginx.pid;
error_log stderr warn;

# When few are left, connections that idle are closed, the oldest first.
events {{ worker_connections 8192; }}

http {{
  access_log off;
  server_tokens off;
  client_body_temp_path {run_dir}/client_body;
  proxy_temp_path {run_dir}/proxy;
  fastcgi_temp_path {run_dir}/fastcgi;
  uwsgi_temp_path {run_dir}/uwsgi;
  scgi_temp_path {run_dir}/scgi;

  # Limits on size are the services' own (docs/api.md); here only what would cut them short.
  large_client_header_buffers 8 16k;
  client_max_body_size 1m;
  # Nothing goes through a file: the workers may run as a user who may not reach the folder.
  client_body_buffer_size 1m;
  proxy_max_temp_file_size 0;
  client_header_timeout 10s;
  client_body_timeout 20s;
  # A caller that does not read its answer is cut off.
  send_timeout 20s;
  keepalive_timeout 30s;
  reset_timedout_connection on;
  merge_slashes off;

  proxy_http_version 1.1;
  proxy_connect_timeout 2s;
  proxy_read_timeout 30s;
  # A request that was sent is not sent again unless it is safe to; one that never left is.
  proxy_next_upstream error timeout;
  proxy_next_upstream_tries 3;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Forwarded-Proto {proto};
  proxy_set_header X-Forwarded-For {forwarded_for};
  # A caller could give its requests the ids of others, which would mislead readers of the logs.
  proxy_set_header X-Request-Id {request_id};
  # By it a service distinguishes this proxy from other programs that may connect; empty: not sent.
  proxy_set_header X-Proxy-Key "{proxy_key}";
"""

# The forwarded addresses that the client's sidecar gets have the address of the proxy that called
# the client at its end. The services use one hop, so that address counts. Requests without the key
# are another program's.
SIDECAR_MAP = """
  map "$http_x_proxy_key $http_x_forwarded_for" $caller {{
    "~^{proxy_key} (?<before>.*), *[^,]+$" $before;
    "~^{proxy_key} (?<only>[^,]+)$" $only;
    default $remote_addr;
  }}
  map "$http_x_proxy_key $http_x_request_id" $request_name {{
    "~^{proxy_key} (?<given>.+)$" $given;
    default $request_id;
  }}
"""

# How much one address may have under way: as much as at a service (docs/limits.md), which cannot see
# how much of what stands before it one address uses. The address of an IPv6 caller is its /64; the
# probe of a load balancer counts for no caller.
LIMITS_BY_ADDRESS = """
  map $binary_remote_addr $caller_network {{
    "~(?s)^\\x00{{10}}\\xff\\xff(?<four_bytes>.{{4}})$" $four_bytes;
    "~(?s)^(?<half>.{{8}}).{{8}}$" $half;
    default $binary_remote_addr;
  }}
  map $uri $limited_network {{
    /healthz "";
    default $caller_network;
  }}
  limit_conn_zone $limited_network zone=requests:10m;
  limit_conn_zone $limited_network zone=streams:10m;
  limit_conn_status 429;
  limit_conn_log_level warn;
"""
REQUESTS_AN_ADDRESS, STREAMS_AN_ADDRESS = 500, 200
# What the kernel keeps of a caller's connection, in each direction. By default these are megabytes
# for a caller that sends one request after another and reads no answer.
CONNECTION_BUFFERS = "sndbuf=32k rcvbuf=32k"
HSTS = "max-age=31536000"
TLS = """\
    ssl_certificate /run/secrets/site.crt;
    ssl_certificate_key /run/secrets/site.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:10m;
"""
TLS_REDIRECT = """\

  server {{
    listen 8080 {buffers};
    limit_conn requests {requests_max};
    location / {{ return 301 https://$host$request_uri; }}
  }}

  server {{
    listen 127.0.0.1:8081;
    location = /healthz {{ return 200; }}
    location / {{ return 404; }}
  }}
"""

# What nginx answers by itself, in the form and the words that the API would use: slug → status, its phrase (RFC 9110), detail,
# the values of the slug's parameters.
REFUSALS = {
    "unavailable": (503, "Service Unavailable", "The service cannot be reached right now."),
    "outcome_unknown": (
        503,
        "Service Unavailable",
        "It is not known whether this was done. Send it again with the same Idempotency-Key.",
    ),
    "malformed_request": (400, "Bad Request", "The request is malformed."),
    "body_too_large": (413, "Content Too Large", "The body is over 65536 bytes.", {"max": 65536}),
    "uri_too_long": (414, "URI Too Long", "The request line is too long."),
    "too_many_requests": (
        429,
        "Too Many Requests",
        "Too many requests of this address are under way. Try again in a moment.",
    ),
    "headers_too_large": (
        431,
        "Request Header Fields Too Large",
        "The header fields are too large.",
    ),
}


def nginx_refusal(slug):
    status, title, detail, *params = REFUSALS[slug]
    error = {"code": slug, "params": params[0] if params else {}, "message": detail}
    problem = {
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "slug": slug,
        "detail": detail,
        "errors": [error],
    }
    return f"return {status} '{json.dumps(problem, separators=(',', ':'))}';"


def nginx_refusals(more=""):
    """`more`: what every answer says besides; a location with a header of its own inherits none."""
    text = f"""
    # What nginx answers by itself, in the form that the API has. A connection that was lost may have
    # carried a change.
    error_page 502 504 = @unreachable;
    location @unreachable {{
      default_type application/problem+json;
      add_header Retry-After 2 always;
{more}      if ($request_method !~ ^(GET|HEAD|OPTIONS)$) {{ {nginx_refusal("outcome_unknown")} }}
      {nginx_refusal("unavailable")}
    }}
"""
    # A request line that could not be read has no URI, which a named location would need.
    for code, slug in (
        (400, "malformed_request"),
        (413, "body_too_large"),
        (414, "uri_too_long"),
        (429, "too_many_requests"),
        (494, "headers_too_large"),
    ):
        retry = f"      add_header Retry-After 1 always;\n{more}" if code == 429 else ""
        text += f"""\
    error_page {code} = /refusals/{slug};
    location = /refusals/{slug} {{
      internal;
      default_type application/problem+json;
{retry}      {nginx_refusal(slug)}
    }}
"""
    return text + "\n"


# During a rolling update the replica that is asked for a page's script may not be of its release.
CLIENT_FILES = "/_next/static"
OTHER_RELEASE = "error timeout http_404"


def nginx_location(route, streams_max=None):
    if route["match"] == "exact":
        head = f"location = {route['path']}"
    elif route["path"] == "/":
        head = "location /"
    else:
        head = f"location ~ ^{regex(route)}"
    stream = ""
    if route.get("stream"):
        stream = f" proxy_buffering off; proxy_read_timeout 1h;{f' limit_conn streams {streams_max};' if streams_max else ''}"
    # Passed on while it comes: the service limits what one caller has in memory.
    upload = " client_max_body_size 0; proxy_request_buffering off;" if route.get("upload") else ""
    text = f"    {head} {{ proxy_pass http://{route['to']};{stream}{upload} }}\n"
    if route["path"] == "/":
        text += f"    location {CLIENT_FILES}/ {{ proxy_pass http://client; proxy_next_upstream {OTHER_RELEASE}; }}\n"
    return text


def nginx(
    listen, run_dir, servers, table, workers, sidecar=False, limits=None, tls=False, proxy_key=""
):
    """`limits`: how many requests and how many streams an address may have under way; None: any."""
    requests_max, streams_max = limits or (None, None)
    head = NGINX_HEAD.format(
        run_dir=run_dir,
        workers=workers,
        proto="$http_x_forwarded_proto" if sidecar else "$scheme",
        forwarded_for="$caller" if sidecar else "$proxy_add_x_forwarded_for",
        request_id="$request_name" if sidecar else "$request_id",
        proxy_key=proxy_key,
    )
    text = (
        NOTE.format(source="infra/routes.json")
        + head
        + (SIDECAR_MAP.format(proxy_key=proxy_key) if sidecar else "")
    )
    if limits:
        text += LIMITS_BY_ADDRESS.format()
    for name, addresses in servers.items():
        text += f"\n  upstream {name} {{ {addresses} keepalive 64; }}"
    hsts = f'      add_header Strict-Transport-Security "{HSTS}" always;\n' if tls else ""
    buffers = f" {CONNECTION_BUFFERS}" if limits else ""
    text += (
        f"\n\n  server {{\n    listen {listen}{buffers};\n"
        + (TLS if tls else "")
        + hsts.replace("      ", "    ")
    )
    if limits:
        text += f"    limit_conn requests {requests_max};\n"
    text += nginx_refusals(hsts)
    text += "".join(nginx_location(route, streams_max) for route in table)
    if sidecar:
        text += "    location = /healthz { return 200; }\n    location / { return 404; }\n"
    redirect = (
        TLS_REDIRECT.format(buffers=CONNECTION_BUFFERS, requests_max=requests_max) if tls else ""
    )
    return text + "  }\n" + redirect + "}\n"


def nginx_template():
    servers = {name: f"${{{name.upper()}_SERVERS}}" for name in [*api_services(), "client"]}
    return nginx(
        "${LISTEN}",
        "${RUN_DIR}",
        servers,
        routes(),
        "auto",
        limits=("${REQUESTS_AN_ADDRESS}", "${STREAMS_AN_ADDRESS}"),
        proxy_key="${PROXY_KEY}",
    )


def nginx_compose():
    """The door of compose.yaml: HTTPS, and what came without it is sent there. A port of its own for
    the health check."""
    servers = {
        name: f"server {name}:{port(name)} max_fails=0;" for name in [*api_services(), "client"]
    }
    return nginx(
        "8443 ssl",
        "/tmp",
        servers,
        routes(),
        "auto",
        limits=(REQUESTS_AN_ADDRESS, STREAMS_AN_ADDRESS),
        tls=True,
    )


def nginx_sidecar():
    """The door to the API that server-rendered pages use: in the client's pod, on loopback."""
    servers = {name: f"server {name}:4000 max_fails=0;" for name in api_services()}
    table = [route for route in routes() if route["to"] != "client"]
    return nginx("127.0.0.1:4000", "/tmp", servers, table, 1, sidecar=True)


def nginx_client_api():
    """The same door on one machine (infra/local/start). It takes the client's own address off the
    chain of forwarded ones, so that each visitor of the pages is a caller by themselves."""
    servers = {name: f"${{{name.upper()}_SERVERS}}" for name in api_services()}
    table = [route for route in routes() if route["to"] != "client"]
    return nginx(
        "${LISTEN}", "${RUN_DIR}", servers, table, 1, sidecar=True, proxy_key="${PROXY_KEY}"
    )


# --- NATS --------------------------------------------------------------------------------------


# What services tell each other about republishing (src/common/bus/republish_messages.hpp).
REPUBLISH_REQUESTED, REPUBLISH_PROGRESS = "republish.requested", "republish.progress"


def stream_requests(*verbs):
    return [
        f"$JS.API.STREAM.{verb}.{stream}" for stream in ("EVENTS", "DEAD_LETTERS") for verb in verbs
    ]


# Of a deleted account, whose events the program that makes the streams erases (src/streams).
USER_ERASED = "user.erased"


def nats_listening(user, listens):
    """What the consumers of the user need, and its dead letters."""
    subjects = []
    for subject in listens:
        consumer = f"{user}-{subject.replace('.', '_')}"
        subjects.append(f"dead.{user}.{subject}")
        subjects.append(f"$JS.API.CONSUMER.CREATE.EVENTS.{consumer}.{subject}")
        subjects += [
            f"$JS.API.CONSUMER.{verb}.EVENTS.{consumer}" for verb in ("INFO", "DELETE", "MSG.NEXT")
        ]
        subjects.append(f"$JS.ACK.EVENTS.{consumer}.>")
    return subjects


def nats_publish(service):
    """What the service may send: its own events, its own dead letters, requests to republish events
    and how far it has come with them, and what its consumers need."""
    user = service["name"]
    subjects = [*service["publishes"]]
    listens = [*service["listens"]]
    if subjects or listens:
        subjects += [REPUBLISH_REQUESTED, REPUBLISH_PROGRESS]
        listens.append(REPUBLISH_REQUESTED)
    return subjects + stream_requests("INFO") + nats_listening(user, listens)


def nats_user(user, publish, observes):
    subscribe = [f"_INBOX.{user}.>", *observes]
    lines = "".join(f'            "{subject}"\n' for subject in publish)
    return (
        f"    {{\n      user: {user}\n      password: ${user.upper()}_PASSWORD\n"
        f"      permissions: {{\n        publish: {{\n          allow: [\n{lines}          ]\n        }}\n"
        f"        subscribe: {{ allow: {json.dumps(subscribe)} }}\n      }}\n    }}\n"
    )


def nats_authorization():
    """The users; their passwords are variables, which the server's configuration defines before."""
    # Who may create and change a stream can make it store anything as any event, copy all that it
    # stores and drop it: to read and erase single messages is no more than that.
    may_change = stream_requests("INFO", "CREATE", "UPDATE", "MSG.DELETE")
    may_read = [f"$JS.API.DIRECT.GET.{stream}" for stream in ("EVENTS", "DEAD_LETTERS")]
    may_listen = nats_listening(services_written.STREAMS, [USER_ERASED])
    maker = nats_user(services_written.STREAMS, may_change + may_read + may_listen, [])
    return (
        NOTE.format(source="src/services.json")
        + "# A service sends its own events and reads what it listens to; everything else is refused.\n"
        f"# `{services_written.STREAMS}` makes the streams, and erases messages of deleted accounts. `operator` is for people and their tools.\n"
        "authorization {\n  timeout: 5\n  users: [\n"
        + "".join(nats_user(s["name"], nats_publish(s), s.get("observes", [])) for s in services())
        + maker
        + "    { user: operator, password: $OPERATOR_PASSWORD }\n  ]\n}\n"
    )


def nats_server(cluster=False):
    text = (INFRA / "nats/server.conf").read_text()
    if cluster:
        text += "\n" + (INFRA / "nats/cluster.conf").read_text()
    return text + "\n" + nats_authorization()


# --- Kubernetes --------------------------------------------------------------------------------


def port(service):
    return PORTS.get(service, 4000)


def ingress_path(route):
    return (
        f"          - path: '{regex(route)}'\n"
        "            pathType: ImplementationSpecific\n"
        f"            backend: {{ service: {{ name: {route['to']}, port: {{ number: {port(route['to'])} }} }} }}\n"
    )


def ingress_object(name, table, annotations):
    lines = "".join(f'    {key}: "{value}"\n' for key, value in annotations.items())
    return (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n"
        f"  name: {name}\n  annotations:\n{lines}"
        "spec:\n  ingressClassName: nginx\n"
        "  tls: [{ hosts: [host.of.the.site], secretName: ticketing-tls }]\n"
        "  rules:\n    - host: host.of.the.site\n      http:\n        paths:\n"
        + "".join(ingress_path(route) for route in table)
    )


def ingress():
    """Three objects, because annotations hold for a whole one. Paths are regular expressions: the
    controller tries the longest first."""
    prefix = "nginx.ingress.kubernetes.io/"
    common = {prefix + "use-regex": "true", prefix + "ssl-redirect": "true"}
    limit = prefix + "limit-connections"  # under way for one address
    streams = {
        **common,
        prefix + "proxy-buffering": "off",
        prefix + "proxy-read-timeout": "3600",
        limit: STREAMS_AN_ADDRESS,
    }
    # Not sent twice unless it is safe to.
    others = {**common, prefix + "proxy-next-upstream": "error timeout", limit: REQUESTS_AN_ADDRESS}
    # The largest upload, and what a form adds to it; the services limit all others.
    others[prefix + "proxy-body-size"] = "6m"
    table = routes()
    files = {**others, prefix + "proxy-next-upstream": OTHER_RELEASE}
    return (
        NOTE.format(source="infra/routes.json")
        + ingress_object("ticketing", [r for r in table if not r.get("stream")], others)
        + "---\n"
        + ingress_object("ticketing-streams", [r for r in table if r.get("stream")], streams)
        + "---\n"
        + ingress_object(
            "ticketing-files", [{"path": CLIENT_FILES, "match": "prefix", "to": "client"}], files
        )
    )


GATEWAY_MATCH = {"exact": "Exact", "prefix": "PathPrefix", "pattern": "RegularExpression"}


def gateway_match(route):
    value = regex(route).rstrip("$") if route["match"] == "pattern" else route["path"]
    return f'{{ path: {{ type: {GATEWAY_MATCH[route["match"]]}, value: "{value}" }} }}'


def gateway_groups():
    """An HTTPRoute has 16 rules at most: routes of one service that follow each other share one."""
    groups = []
    for route in routes():
        last = groups[-1][-1] if groups else {}
        if all(route.get(key) == last.get(key) for key in ("to", "stream")):
            groups[-1].append(route)
        else:
            groups.append([route])
    return groups


def gateway_rule(group):
    route = group[0]
    rule = f"    - matches: [{', '.join(gateway_match(each) for each in group)}]\n"
    rule += f'      filters: [{{ type: ResponseHeaderModifier, responseHeaderModifier: {{ set: [{{ name: Strict-Transport-Security, value: "{HSTS}" }}] }} }}]\n'
    if route.get("stream"):
        rule += "      timeouts: { request: 0s, backendRequest: 0s }  # none: a stream has no end\n"
    return rule + f"      backendRefs: [{{ name: {route['to']}, port: {port(route['to'])} }}]\n"


def gateway_routes():
    return (
        NOTE.format(source="infra/routes.json")
        + "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: ticketing\n"
        "spec:\n  parentRefs: [{ name: ticketing, sectionName: https }]\n"
        "  hostnames: [host.of.the.site]\n  rules:\n"
        + "".join(gateway_rule(group) for group in gateway_groups())
    )


def prometheus_rule():
    rules = (INFRA / "observability/alerts.yaml").read_text()
    body = "".join(
        f"  {line}\n" if line else "\n" for line in rules.splitlines() if not line.startswith("#")
    )
    return (
        NOTE.format(source="infra/observability/alerts.yaml")
        + "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: ticketing\nspec:\n"
        + body.lstrip("\n")
    )


# File → what makes its text.
WRITTEN = {
    **services_written.WRITTEN,
    "infra/nginx/ticketing.conf.template": nginx_template,
    "infra/compose/nginx.conf": nginx_compose,
    "infra/nginx/client-api.conf.template": nginx_client_api,
    "infra/k8s/base/client-api.nginx.conf": nginx_sidecar,
    "infra/nats/authorization.conf": nats_authorization,
    "infra/k8s/base/nats.conf": nats_server,
    "infra/k8s/components/nats-cluster/nats.conf": lambda: nats_server(cluster=True),
    "infra/k8s/components/ingress/ingress.yaml": ingress,
    "infra/k8s/components/gateway/routes.yaml": gateway_routes,
    "infra/k8s/components/monitoring/rules.yaml": prometheus_rule,
}


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--print", metavar="FILE")
    parser.add_argument("--with", metavar="FILE", action="append", default=[], dest="more")
    return parser.parse_args()


def main():
    arguments = read_arguments()
    for file in arguments.more:
        services_written.add(file)
    written = {**WRITTEN, **services_deployed.written()}
    if arguments.print:
        if arguments.print not in written:
            sys.exit(f"infra/generate.py does not write {arguments.print}")
        sys.stdout.write(written[arguments.print]())
        return
    stale = []
    for name, write in written.items():
        path = ROOT / name
        text = write()
        if path.exists() and path.read_text() == text:
            continue
        if arguments.check:
            stale.append(name)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(f"wrote {name}")
    if stale:
        sys.exit(
            f"not what infra/generate.py writes: {', '.join(stale)}. Run it, and do not edit them."
        )


if __name__ == "__main__":
    main()
