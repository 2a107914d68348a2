"""The distributed shape with replicas, for checks that replace parts of it while it runs: PostgreSQL,
NATS as it is deployed (its version, its configuration), Redis, services and nginx, in a folder that is
thrown away. Not infra/local/start: that has Debian's NATS with its own configuration, and starts a
service again that these checks stop and replace."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from project import INFRA, ROOT, SERVICES, STREAMS, run, tool

PASSWORD = "pw-of-a-throwaway-stack"
NATS_USERS = [*SERVICES, STREAMS, "operator"]

PORTS = []


def free_port():
    """Each is given once."""
    if not PORTS:
        found = run(ROOT / "infra/local/free-port", "100")
        assert found.returncode == 0, found.stderr
        PORTS.extend(int(port) for port in found.stdout.split())
    return PORTS.pop()


# Of a program that hangs: a busy machine takes many times as long as one on which nothing else runs.
PATIENCE_SECONDS = 200


def wait_until(what, condition, seconds=PATIENCE_SECONDS):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def answers(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.status == 200


def workers(nginx):
    """Those that take connections."""
    found = set()
    for pid in Path(f"/proc/{nginx.pid}/task/{nginx.pid}/children").read_text().split():
        with contextlib.suppress(OSError):
            if b"shutting down" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(pid)
    return found


def nats_configuration(source, folder, name, ports):
    """The server's configuration as it is deployed (users, permissions, limits), where only addresses
    and folders differ, and nothing is encrypted: certificates name other hosts. `ports` is a dict
    with client, monitor and, in a cluster, peers."""
    text = re.sub(r"(?ms)^( *)tls \{.*?^\1\}\n", "", (INFRA / "k8s" / source).read_text())
    passwords = folder / "passwords.conf"
    if not passwords.exists():  # a server of this folder may be reading it
        passwords.write_text(
            "".join(f"{user.upper()}_PASSWORD: {PASSWORD}\n" for user in NATS_USERS)
        )
    changes = {
        "port: 4222": f"host: 127.0.0.1\nport: {ports['client']}",
        "http_port: 8222": f"http: 127.0.0.1:{ports['monitor']}",
        "/tmp/nats.pid": f"{folder}/{name}.pid",
        "store_dir: /data": f'store_dir: "{folder}/{name}"',
        "../../credentials/passwords.conf": "passwords.conf",
    }
    if "peers" in ports:
        changes["port: 6222"] = f"host: 127.0.0.1\n  port: {ports['peers']}"
        changes["../../credentials/peers.conf"] = "peers.conf"
    for here, there in changes.items():
        assert text.count(here) == 1, here
        text = text.replace(here, there)
    (folder / f"{name}.conf").write_text(text)
    return folder / f"{name}.conf"


def fast_folder():
    """In memory where there is room, because a disk that stops for a second makes services refuse
    writes, and no test here is about the disk."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30:
        return memory
    return None


class Stack:
    def __init__(self, command, replicas, variables=None, prepare=None):
        """`command(service)` is how a service is started; `replicas` says how many of each; all get
        `variables`, which may be a function of the service; None takes one away. `prepare(stack)` is called when the servers run and no service does."""
        self.command, self.replicas = command, replicas
        self.variables, self.prepare = variables or {}, prepare
        self.folder = Path(tempfile.mkdtemp(prefix="stack-"))
        self.folder.chmod(0o755)
        self.folders = [self.folder]
        self.processes = []  # in the order of their start
        self.running = {}  # (service, number) → (process, port)
        self.draining = set()

    def __enter__(self):
        try:
            self.start_servers()
            if self.prepare:
                self.prepare(self)
            self.port = free_port()
            self.url = f"http://127.0.0.1:{self.port}"
            for service in [STREAMS, *SERVICES]:
                for number in range(self.replicas.get(service, 1)):
                    self.start_replica(service, number)
            self.write_nginx()
            nginx = [
                "nginx",
                "-e",
                "stderr",
                "-p",
                self.folder,
                "-c",
                self.folder / "nginx.conf",
                "-g",
                "daemon off;",
            ]
            self.nginx = self.spawn("nginx", nginx)
            for service, number in self.running:
                self.wait_ready(service, number)
            wait_until("an answer of nginx", lambda: answers(self.url + "/api/tickets?limit=1"))
            return self
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGINT if process.server else signal.SIGTERM)
                try:
                    process.wait(PATIENCE_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)

    def spawn(self, name, command, server=False, **options):
        log = open(self.folder / f"{name}.log", "ab")
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            **options,
        )
        log.close()
        process.server = server
        self.processes.append(process)
        return process

    def log(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def reasons(self):
        """What the services say of the requests that they could not serve."""
        return [
            f"{path.stem}: {line.rstrip()}"
            for path in sorted(self.folder.glob("*.log"))
            for line in path.read_text(errors="replace").splitlines()
            if '"level":"error"' in line or "unavailable" in line
        ]

    # --- servers ---

    def start_servers(self):
        self.start_postgres()
        self.nats_port = free_port()
        config = nats_configuration(
            "base/nats.conf",
            self.folder,
            "nats-0",
            {"client": self.nats_port, "monitor": free_port()},
        )
        nats = self.spawn(
            "nats",
            [tool("nats-server"), "-c", config],
            server=True,
            env={**os.environ, "SERVER_NAME": "nats-0"},
        )
        self.redis_port = free_port()
        (self.folder / "redis").mkdir()
        config = re.sub(r"(?m)^(port 0|tls-.*)\n", "", (INFRA / "k8s/base/redis.conf").read_text())
        config = config.replace("/credentials/", f"{self.folder}/").replace(
            "dir /data", f"dir {self.folder}/redis"
        )
        (self.folder / "password.conf").write_text(f"requirepass {PASSWORD}\n")
        (self.folder / "redis.conf").write_text(config)
        redis = self.spawn(
            "redis",
            [
                "redis-server",
                self.folder / "redis.conf",
                "--bind",
                "127.0.0.1",
                "--port",
                self.redis_port,
            ],
            server=True,
        )
        for server, port in ((nats, self.nats_port), (redis, self.redis_port)):

            def listens(server=server, port=port):
                assert server.poll() is None, self.log("nats") + self.log("redis")
                return socket.create_connection(("127.0.0.1", port), 20).close() is None

            wait_until("a listening server", listens)

    def start_postgres(self):
        programs = self.postgres_programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        data, self.postgres_port = Path(tempfile.mkdtemp(dir=fast_folder())), free_port()
        self.folders.append(data)
        if os.getuid() == 0:
            shutil.chown(data, "postgres", "postgres")
        as_postgres = [ROOT / "tools/as-postgres", data]
        made = run(
            *as_postgres,
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "--auth=trust",
        )
        assert made.returncode == 0, made.stderr
        self.spawn(
            "postgres",
            [
                *as_postgres,
                programs / "postgres",
                "-D",
                data,
                "-p",
                self.postgres_port,
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=200",
            ],
            server=True,
        )

        def sql(text):
            return (
                run(
                    programs / "psql",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    self.postgres_port,
                    "-U",
                    "postgres",
                    "-c",
                    text,
                ).returncode
                == 0
            )

        wait_until("an answer of PostgreSQL", lambda: sql("SELECT 1"))
        for service in SERVICES:
            assert sql(f"CREATE ROLE {service} LOGIN PASSWORD '{PASSWORD}'") and sql(
                f"CREATE DATABASE {service} OWNER {service}"
            )

    def nats_url(self, user):
        return f"nats://{user}:{PASSWORD}@127.0.0.1:{self.nats_port}"

    # --- services ---

    def environment(self, service, port):
        found = {
            "PORT": port,
            "BIND_ADDRESS": "127.0.0.1",
            "LOG_LEVEL": "info",
            "SIGN_INS_A_MINUTE": 0,
            "SIGN_UPS_A_MINUTE": 0,
            "VERIFY_EMAIL": "off",  # the images are for production
            "NATS_URL": self.nats_url(service),
        }
        if service != STREAMS:
            found["DATABASE_URL"] = (
                f"postgresql://{service}:{PASSWORD}@127.0.0.1:{self.postgres_port}/{service}"
            )
        if service == "auth":
            found["JWT_KEY"] = "a-secret-of-a-throwaway-stack"
        elif service != STREAMS:
            found["AUTH_JWKS_URL"] = f"{self.url}/.well-known/jwks.json"
        if service in ("payments", "notifications"):
            found["ALLOW_SANDBOX"] = "1"  # the images are for production
        if service in ("auth", "notifications"):
            found["MAIL_KEY"] = "VGhpcnR5LXR3byBieXRlcyBmb3IgdGhlIHRlc3RzISE="
        if service == "delivery":
            found["FILES_KEY"] = "VGhpcnR5LXR3byBieXRlcyBmb3IgdGhlIHRlc3RzISE="
        if service == "expiration":
            found["REDIS_URL"] = f"redis://:{PASSWORD}@127.0.0.1:{self.redis_port}"
        told = self.variables(service) if callable(self.variables) else self.variables
        return {name: str(value) for name, value in {**found, **told}.items() if value is not None}

    def start_replica(self, service, number, port=None):
        port = port or free_port()
        environment = self.environment(service, port)
        process = self.spawn(
            f"{service}-{number}",
            self.command(service, environment),
            env={"PATH": os.environ["PATH"], **environment},
        )
        self.running[(service, number)] = process, port

    def stop_services(self):
        """As scaling to nothing does. Returns the exit codes."""
        for process, _ in self.running.values():
            process.terminate()
        return {name: process.wait(PATIENCE_SECONDS) for name, (process, _) in self.running.items()}

    def wait_ready(self, service, number):
        process, port = self.running[(service, number)]

        def ready():
            assert process.poll() is None, f"{service} ended:\n{self.log(f'{service}-{number}')}"
            return answers(f"http://127.0.0.1:{port}/readyz")

        try:
            wait_until(f"readiness of {service}", ready)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log(f'{service}-{number}')}") from None

    def write_nginx(self):
        upstreams = {}
        for (service, number), (_, port) in self.running.items():
            down = "-" if (service, number) in self.draining else ""
            if service != STREAMS:
                upstreams.setdefault(service, []).append(f"{down}127.0.0.1:{port}")
        made = run(
            INFRA / "nginx/render",
            f"127.0.0.1:{self.port}",
            self.folder,
            *[f"{service}={','.join(addresses)}" for service, addresses in upstreams.items()],
        )
        assert made.returncode == 0, made.stderr
        (self.folder / "nginx.conf").write_text(made.stdout)

    def route(self):
        """nginx gets the changes, as a cluster's proxies get new endpoints. Its workers of before take no
        requests any more when this returns."""
        before = workers(self.nginx)
        self.write_nginx()
        self.nginx.send_signal(signal.SIGHUP)
        wait_until("nginx's new workers", lambda: not before & workers(self.nginx))

    def replace(self, service, number, rest_seconds):
        """What a rolling update does to one replica. Returns its exit code and how long it drained."""
        process, port = self.running[(service, number)]
        self.draining.add((service, number))
        self.route()
        time.sleep(rest_seconds)  # the preStop hook
        start = time.monotonic()
        process.terminate()
        code = process.wait(PATIENCE_SECONDS)
        drained = time.monotonic() - start
        self.start_replica(service, number)
        self.wait_ready(service, number)
        self.draining.discard((service, number))
        self.route()
        return code, drained
