"""Starts what compose.yaml says, without Docker: each service in namespaces of its own (network, files,
processes), with the commands, variables, users, secrets, networks and health checks of the file, on
addresses that are not loopback. The content of images is that of this machine and of the build; what an
image adds (its entrypoint) is in IMAGES. Limits of memory and CPU are not applied.

  sudo tests/infra/compose_up.sh"""

import atexit
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

from callers import Person
from project import INFRA, ROOT, built_program, report, run, tool

FOLDER = Path("/run/compose")
HOST_FOLDERS = ["usr", "bin", "sbin", "lib", "lib64"]
ETC = ["nsswitch.conf", "ld.so.cache", "ssl", "alternatives", "mime.types", "postgresql-common"]
NETWORK = "10.88.0"

POSTGRES_ENTRYPOINT = """#!/bin/bash
set -e
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb -D "$PGDATA" -U postgres -E UTF8 --locale=C --auth-local=trust --auth-host=scram-sha-256 --pwfile="$POSTGRES_PASSWORD_FILE" >/dev/null
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -w -o "-c listen_addresses= -c unix_socket_directories=/var/run/postgresql" start >/dev/null
  export PGHOST=/var/run/postgresql
  for file in /docker-entrypoint-initdb.d/*.sh; do sh "$file"; done
  unset PGHOST
  pg_ctl -D "$PGDATA" -w stop >/dev/null
fi
exec "$@" -clisten_addresses='*' -cunix_socket_directories=/var/run/postgresql
"""
NATS_ENTRYPOINT = '#!/bin/sh\nexec nats-server "$@"\n'


def node_folder():
    return Path(run(ROOT / "client/ensure-node.sh").stdout.strip())


def dockerfile(name):
    """Entrypoint and variables that a Dockerfile of ours gives its image."""
    last = (INFRA / f"docker/{name}.Dockerfile").read_text().split("\nFROM ")[-1]
    variables = dict(re.findall(r"(\w+)=(\S+)", " ".join(re.findall(r"^ENV (.*)$", last, re.M))))
    return json.loads(re.search(r"^ENTRYPOINT (.*)$", last, re.M)[1]), variables


def image(name):
    """What stands for an image: its entrypoint, variables, programs (name: file or text), folders."""
    if name == "ticketing/client":
        entrypoint, variables = dockerfile("client")
        built = ROOT / "client/.next/standalone"
        (built / ".next/cache").mkdir(exist_ok=True)  # Docker makes the folders that it mounts on
        return entrypoint, variables, {"node": node_folder() / "node"}, {"app": built}
    if name.startswith("ticketing/"):
        entrypoint, variables = dockerfile("service")
        return (
            entrypoint,
            variables,
            {},
            {"app": built_program(f"{name.removeprefix('ticketing/')}-service")},
        )
    programs = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]), Path("/nowhere"))
    known = {
        "postgres": (
            ["docker-entrypoint.sh"],
            {
                "docker-entrypoint.sh": POSTGRES_ENTRYPOINT,
                **{p.name: p for p in programs.iterdir()},
            },
        ),
        "nats": (
            ["docker-entrypoint.sh"],
            {"docker-entrypoint.sh": NATS_ENTRYPOINT, "nats-server": Path(tool("nats-server"))},
        ),
        "valkey/valkey": (
            [],
            {
                "valkey-server": Path("/usr/bin/redis-server"),
                "valkey-cli": Path("/usr/bin/redis-cli"),
            },
        ),
        "nginxinc/nginx-unprivileged": ([], {}),
    }
    entrypoint, programs = known[name.split(":")[0]]
    return entrypoint, {}, programs, {}


class Container:
    def __init__(self, name, project, address):
        self.name, self.project, self.address = name, project, address
        self.config = project["services"][name]
        self.entrypoint, self.variables, self.programs, self.folders = image(self.config["image"])
        self.root = FOLDER / "roots" / name
        self.process = None

    def environment(self):
        return {
            "PATH": "/image:/usr/sbin:/usr/bin:/sbin:/bin",
            **self.variables,
            **(self.config.get("environment") or {}),
        }

    def command(self):
        given = self.config.get("entrypoint")
        command = self.config.get("command") or []
        return [*(self.entrypoint if given is None else given), *command]

    def network(self):
        mode = self.config.get("network_mode", "")
        return mode.removeprefix("service:") if mode.startswith("service:") else self.name

    # --- files ---

    def bind(self, source, target, writable=False):
        target = self.root / str(target).lstrip("/")
        if Path(source).is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
        must("mount", "--bind", source, target)
        if not writable:
            must("mount", "-o", "remount,bind,ro", target)

    def make_root(self):
        self.root.mkdir(parents=True)
        must("mount", "-t", "tmpfs", "none", self.root)
        for folder in HOST_FOLDERS:
            if os.path.islink(f"/{folder}"):
                (self.root / folder).symlink_to(os.readlink(f"/{folder}"))
            elif os.path.exists(f"/{folder}"):
                self.bind(f"/{folder}", folder)
        for folder in ("tmp", "run", "proc", "image"):
            (self.root / folder).mkdir()
        (self.root / "etc").mkdir()
        for name in ETC:
            if os.path.exists(f"/etc/{name}"):
                self.bind(f"/etc/{name}", f"etc/{name}")
        user, group = self.config["user"].split(":")
        (self.root / "etc/passwd").write_text(
            f"root:x:0:0::/:/bin/sh\nimage:x:{user}:{group}::/:/bin/sh\n"
        )
        (self.root / "etc/group").write_text(f"root:x:0:\nimage:x:{group}:\n")
        self.bind("/dev", "dev", writable=True)
        for name, content in self.programs.items():
            if isinstance(content, str):
                (self.root / "image" / name).write_text(content)
                (self.root / "image" / name).chmod(0o755)
            elif (self.root / str(content.resolve()).lstrip("/")).exists():
                (self.root / "image" / name).symlink_to(content.resolve())
            else:
                self.bind(content.resolve(), f"image/{name}")
        for target, source in self.folders.items():
            source = Path(source)
            self.bind(source, target if source.is_dir() else f"{target}/service")
        self.mount_what_the_file_says()
        must("mount", "-o", "remount,ro", self.root)

    def mount_what_the_file_says(self):
        hosts = "127.0.0.1 localhost\n" + "".join(
            f"{c.address} {name}\n"
            for c in CONTAINERS.values()
            if reach(self.config, c.config)
            for name in c.names()
        )
        (self.root / "etc/hosts").write_text(hosts)
        for entry in [*self.config.get("configs", []), *self.config.get("secrets", [])]:
            kind = "configs" if entry in self.config.get("configs", []) else "secrets"
            self.bind(self.project[kind][entry["source"]]["file"], entry["target"])
        for volume in self.config.get("volumes", []):
            source = FOLDER / "volumes" / volume["source"]
            fresh = not source.exists()
            source.mkdir(parents=True, exist_ok=True)
            # Docker gives a new volume the owner that its folder has in the image.
            if fresh and self.config["image"].split(":")[0] in ("postgres", "valkey/valkey"):
                os.chown(source, 999, 999)
            self.bind(source, volume["target"], writable=True)
        for entry in self.config.get("tmpfs", []):
            target, _, options = entry.partition(":")
            path = self.root / target.lstrip("/")
            if not path.exists():
                path.mkdir(parents=True)
            must("mount", "-t", "tmpfs", "-o", options, "none", path)

    def names(self):
        found = {self.name, self.config.get("hostname", self.name)}
        for network in (self.config.get("networks") or {}).values():
            found |= set((network or {}).get("aliases", []))
        return found

    # --- processes ---

    def start(self):
        self.make_root()
        command = [
            "ip",
            "netns",
            "exec",
            f"c-{self.network()}",
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            f'mount -t proc none {self.root}/proc && exec chroot {self.root} "$@"',
            "sh",
        ]
        log = open(FOLDER / f"{self.name}.log", "ab")
        self.process = subprocess.Popen(
            [*command, *self.as_user(), *self.command()],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )

    def as_user(self):
        user, group = self.config["user"].split(":")
        keep = "".join(f",+{c.lower()}" for c in self.config.get("cap_add", []))
        drop = [
            "setpriv",
            "--reuid",
            user,
            "--regid",
            group,
            "--clear-groups",
            "--no-new-privs",
            f"--bounding-set=-all{keep}",
            "--inh-caps=-all",
        ]
        folder = "/app" if self.config["image"] == "ticketing/client" else "/"
        return [
            *drop,
            "env",
            "-i",
            "-C",
            folder,
            *[f"{k}={v}" for k, v in self.environment().items()],
        ]

    def pid(self):
        """Of the program in its namespace."""
        found = self.process.pid
        while children := Path(f"/proc/{found}/task/{found}/children").read_text().split():
            status = Path(f"/proc/{found}/status").read_text()
            if found != self.process.pid and re.search(r"^NSpid:\s+\d+\s+1$", status, re.M):
                break
            found = int(children[0])
        return found

    def is_healthy(self):
        check = self.config["healthcheck"]["test"]
        command = check[1:] if check[0] == "CMD" else ["sh", "-c", check[1]]
        inside = [
            "nsenter",
            "--target",
            str(self.pid()),
            "--net",
            "--mount",
            f"--root={self.root}",
            "--wd=/",
        ]
        return run(*inside, *self.as_user(), *command, timeout=200).returncode == 0

    def stop(self):
        number = getattr(signal, self.config.get("stop_signal", "SIGTERM"))
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            os.kill(self.pid(), number)
        return self.process.wait(200)


def must(*command):
    result = run(*command)
    assert result.returncode == 0, f"{' '.join(map(str, command))}: {result.stderr}"
    return result.stdout


def reach(one, other):
    return bool(
        set(one.get("networks") or ()) & set(other.get("networks") or ())
    ) or "service:" in one.get("network_mode", "")


def make_network(containers):
    must("ip", "link", "set", "lo", "up")
    must("ip", "link", "add", "inside", "type", "bridge")
    must("ip", "addr", "add", f"{NETWORK}.1/24", "dev", "inside")
    must("ip", "link", "set", "inside", "up")
    for number, container in enumerate(containers.values(), 10):
        if container.network() != container.name:
            continue
        space = f"c-{container.name}"
        must("ip", "netns", "add", space)
        must("ip", "-n", space, "link", "set", "lo", "up")
        if container.config.get("network_mode") != "none":
            must(
                "ip",
                "link",
                "add",
                f"v{number}",
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                space,
            )
            must("ip", "link", "set", f"v{number}", "master", "inside", "up")
            must("ip", "-n", space, "addr", "add", f"{container.address}/24", "dev", "eth0")
            must("ip", "-n", space, "link", "set", "eth0", "up")


def start_all():
    """In the order and on the conditions of depends_on."""
    waiting, up, seconds = dict(CONTAINERS), {}, {}
    begun = time.monotonic()
    while waiting or not all(up.values()):
        assert time.monotonic() - begun < 900, (
            f"not healthy: {[n for n, ok in up.items() if not ok]}, waiting: {list(waiting)}"
        )
        for name, container in list(waiting.items()):
            if all(up.get(other) for other in container.config.get("depends_on", {})):
                container.start()
                up[name] = False
                del waiting[name]
        for name, ok in up.items():
            container = CONTAINERS[name]
            if ok:
                continue
            code = container.process.poll()
            if "healthcheck" not in container.config:
                up[name] = code == 0
            else:
                assert code is None, f"{name} ended with {code}: {log(name)}"
                up[name] = container.is_healthy()
            if up[name]:
                seconds[name] = time.monotonic() - begun
        time.sleep(0.1)
    return seconds


def log(name):
    path = FOLDER / f"{name}.log"
    return path.read_text(errors="replace")[-3000:] if path.exists() else ""


class Visitor(Person):
    """Calls nginx by HTTPS, and accepts only the site's certificate."""

    def __init__(self, address, name, certificate):
        super().__init__(8443, name)
        self.address, self.context = address, ssl.create_default_context(cafile=certificate)

    def connection(self):
        found = http.client.HTTPSConnection(
            "localhost", self.port, timeout=60, context=self.context
        )
        found._create_connection = lambda _, *rest, **more: socket.create_connection(
            (self.address, self.port), *rest[:1]
        )
        return found

    def page(self, path):
        connection = self.connection()
        connection.request(
            "GET", path, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def checks_of_the_shop(certificate):
    nginx = CONTAINERS["nginx"].address
    person = Visitor(nginx, f"visitor-{int(time.time())}", certificate)
    person.sign_up()
    order = person.sell_and_buy(time.sleep)
    status, headers, text = person.page("/")
    plain = http.client.HTTPConnection(nginx, 8080, timeout=60)
    plain.request("GET", "/tickets?x=1", headers={"Host": "localhost"})
    redirect = plain.getresponse()
    return {
        f"a ticket is listed, ordered and paid over {nginx}: order {order}": True,
        f"the front page comes through nginx ({status}) and has asked the API": status == 200
        and "<html" in text,
        "and says that browsers shall come by HTTPS": headers["Strict-Transport-Security"]
        == "max-age=31536000",
        "what comes without HTTPS is sent there": (redirect.status, redirect.headers["Location"])
        == (301, "https://localhost/tickets?x=1"),
    }


def checks_of_the_containers():
    checks = {}
    for name, container in CONTAINERS.items():
        if "healthcheck" not in container.config:
            continue
        pid = container.pid()
        status = dict(
            line.split(":", 1)
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if ":" in line
        )
        user = int(container.config["user"].split(":")[0])
        ok = (
            set(map(int, status["Uid"].split())) == {user}
            and int(status["CapEff"], 16) == 0
            and status["NoNewPrivs"].strip() == "1"
        )
        checks[f"{name} runs as user {user} with no capability"] = ok and user > 0
        told = Path(f"/proc/{pid}/environ").read_text()
        checks[f"{name} has no secret among its variables"] = not any(s in told for s in SECRETS)
    return checks


SECRETS = []
CONTAINERS = {}


def read_project():
    text = json.loads(must(tool("compose-config"), ROOT / "compose.yaml"))
    secrets = FOLDER / "secrets"
    must(INFRA / "create-secrets", "--files", secrets, "--tls", "localhost")
    for secret in text["secrets"].values():
        secret["file"] = str(secrets / Path(secret["file"]).name)
        content = Path(secret["file"]).read_text().strip()
        if content and not secret["file"].endswith(".crt"):
            SECRETS.append(content)
    for number, name in enumerate(text["services"], 10):
        CONTAINERS[name] = Container(name, text, f"{NETWORK}.{number}")
    return secrets / "site.crt"


def main():
    must("mount", "-t", "tmpfs", "none", "/run")
    FOLDER.mkdir()
    checks = {}
    certificate = read_project()
    atexit.register(
        lambda: [
            c.process.kill() for c in CONTAINERS.values() if c.process and c.process.poll() is None
        ]
    )
    try:
        make_network(CONTAINERS)
        seconds = start_all()
        checks[f"all {len(seconds)} services become healthy in {max(seconds.values()):.0f} s"] = (
            True
        )
        checks |= checks_of_the_containers()
        checks |= checks_of_the_shop(certificate)
        running = [c for c in CONTAINERS.values() if c.process.poll() is None]
        codes = {
            c.name: c.stop() for c in sorted(running, key=lambda c: seconds[c.name], reverse=True)
        }
        bad = {name: code for name, code in codes.items() if code not in (0, 128 + signal.SIGTERM)}
        checks[f"all of them end when they are asked to{f': {bad}' if bad else ''}"] = not bad
        faults = [log(name) for name in bad]
    except Exception as error:  # noqa: BLE001, the logs say why
        checks[f"{type(error).__name__}: {error}"] = False
        faults = [f"--- {name}\n{log(name)}" for name in CONTAINERS]
    return report(checks, faults)


if __name__ == "__main__":
    sys.exit(main())
