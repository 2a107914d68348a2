"""Every variable that an image or a manifest sets is read by its program. What is read is watched while
the program runs, so that no list of it has to be kept."""

import functools
import os
import re
import secrets
import subprocess
import tempfile
import unittest
from pathlib import Path

from project import INFRA, OVERLAYS, PROGRAMS, ROOT, built_program, of_kind, run
from stack import PATIENCE_SECONDS, free_port, wait_until

# Notes the name of each variable that a C or C++ program asks for.
SPY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
static void note(const char* name) {
  int file = open(SPY_FILE, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file < 0) return;
  char line[256];
  size_t length = strnlen(name, 254);
  memcpy(line, name, length);
  line[length] = '\n';
  if (write(file, line, length + 1) < 0) {}
  close(file);
}
extern char** environ;
static char* find(const char* name) {
  size_t length = strlen(name);
  for (char** entry = environ; entry && *entry; ++entry)
    if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry + length + 1;
  return 0;
}
char* getenv(const char* name) { note(name); return find(name); }
char* secure_getenv(const char* name) { note(name); return find(name); }
"""

# The same for Node.js.
NODE_SPY = """
import { appendFileSync } from "node:fs";
const note = (name) => typeof name === "string" && appendFileSync(%r, name + "\\n");
const watched = (env) => new Proxy(env, {
  get: (from, name) => (note(name), from[name]),
  has: (from, name) => (note(name), name in from),
});
// Next puts another object there.
let env = watched(process.env);
Object.defineProperty(process, "env", { get: () => env, set: (other) => (env = watched(other)) });
"""


def run_until(program, environment, answers):
    """Runs a program until it answers, or ends by itself; gives what it has said."""
    with subprocess.Popen(
        program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            wait_until("an answer", lambda: process.poll() is not None or answers())
        finally:
            process.terminate()
        return process.communicate(timeout=PATIENCE_SECONDS)[0].decode()


def asks(url):
    return run("curl", "-s", "-o", os.devnull, "--max-time", 60, url).returncode == 0


def set_by_image(name):
    """What the last stage of a Dockerfile sets."""
    stage = re.split(r"^FROM ", (INFRA / f"docker/{name}.Dockerfile").read_text(), flags=re.M)[-1]
    lines = re.findall(r"^ENV ((?:[^\n]*\\\n)*[^\n]*)", stage, flags=re.M)
    return dict(re.findall(r"([A-Z][A-Z0-9_]*)=(\S+)", " ".join(lines)))


def set_by_manifest(overlay, name):
    container = next(
        c
        for c in of_kind(overlay, "Deployment")[name]["spec"]["template"]["spec"]["containers"]
        if c["name"] == name
    )
    found = {}
    for source in container.get("envFrom", []):
        found |= of_kind(overlay, "ConfigMap")[source["configMapRef"]["name"]]["data"]
    for entry in container.get("env", []):
        found[entry["name"]] = entry.get("value", "")
    return found


# Where nothing listens: a program comes past its configuration, and no further.
NOWHERE = "127.0.0.1:9"
FORMS = {
    "DATABASE_URL": f"postgresql://user:secret@{NOWHERE}/db",
    "NATS_URL": f"nats://{NOWHERE}",
    "REDIS_URL": f"redis://{NOWHERE}",
    "FILES_URL": "database",
    "EXTRA_EVENT_SUBJECTS": "notification.sent",
    "AUTH_JWKS_URL": f"http://{NOWHERE}/.well-known/jwks.json",
    "STRIPE_KEY": "sk_live_" + "0123456789abcdef" * 2,
}


@functools.cache
def read_by_service(service):
    program = built_program(f"{service}-service")
    assert program, f"{service}-service is not built (tools/build release programs)"
    with tempfile.TemporaryDirectory() as folder:
        notes, source, library = (Path(folder) / n for n in ("names", "spy.c", "spy.so"))
        source.write_text(SPY)
        made = run("clang-19", "-shared", "-fPIC", f'-DSPY_FILE="{notes}"', source, "-o", library)
        assert made.returncode == 0, made.stderr
        told = {
            name: value or secrets.token_hex(32)
            for name, value in set_by_manifest("prod", service).items()
        }
        port = free_port()
        own = {
            "LD_PRELOAD": str(library),
            "PORT": str(port),
            "BIND_ADDRESS": "127.0.0.1",
        }
        # It listens once it has read its settings, and then waits for its servers.
        health = f"http://127.0.0.1:{port}/healthz"
        said = run_until([str(program)], {**told, **FORMS, **own}, lambda: asks(health))
        assert notes.exists(), said
        return frozenset(notes.read_text().split())


@functools.cache
def read_by_client():
    server = ROOT / "client/.next/standalone/server.mjs"
    assert server.exists(), "the client is not built (client/build.sh)"
    node = run(ROOT / "client/ensure-node.sh").stdout.strip() + "/node"
    with tempfile.TemporaryDirectory() as folder:
        notes, spy = Path(folder) / "names", Path(folder) / "spy.mjs"
        spy.write_text(NODE_SPY % str(notes))
        port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "PORT": str(port),
            "API_URL": "http://127.0.0.1:9",
        }
        page = f"http://127.0.0.1:{port}/"
        command = [node, "--import", str(spy), str(server)]
        said = run_until(command, environment, lambda: asks(page))
        assert notes.exists(), said
        # The code before each page runs in a context of its own, where its reading is not seen.
        code = "".join(
            path.read_text()
            for path in (ROOT / "client/.next/standalone/.next/server").rglob("*.js")
        )
        return frozenset(notes.read_text().split()) | set(
            re.findall(r"\bprocess\.env\.([A-Z][A-Z0-9_]*)", code)
        )


class Variables(unittest.TestCase):
    def test_a_service_reads_all_that_its_image_and_its_manifest_set(self):
        read_by_any = frozenset().union(*(read_by_service(program) for program in PROGRAMS))
        for service in PROGRAMS:
            told = set(set_by_image("service"))
            for overlay in OVERLAYS:
                told |= set(set_by_manifest(overlay, service))
            # The settings are one map for all services: each needs a reader among them.
            unread = {
                name
                for name in told - read_by_service(service)
                if name not in of_settings() or name not in read_by_any
            }
            self.assertEqual(unread, set(), f"set for {service}, but not read by it")

    def test_the_client_reads_all_that_its_image_and_its_manifest_set(self):
        for overlay in OVERLAYS:
            told = {**set_by_image("client"), **(set_by_manifest(overlay, "client"))}
            self.assertEqual(
                set(told) - read_by_client(), set(), "set for the client, but not read by it"
            )

    def test_the_name_that_a_container_gives_itself_is_not_read_as_an_address(self):
        self.assertNotIn("CLIENT_HOST", read_by_client())
        self.assertIn("BIND_ADDRESS", read_by_client())


def of_settings():
    return dict(
        line.split("=", 1)
        for line in (INFRA / "k8s/base/settings.env").read_text().splitlines()
        if "=" in line and line[0] != "#"
    )


if __name__ == "__main__":
    unittest.main()
