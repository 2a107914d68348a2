"""See nats_upgrade.sh."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import yaml

from callers import Crowd
from project import INFRA, SERVICES, STREAMS, built_program, report, run, tool
from stack import (
    PASSWORD,
    PATIENCE_SECONDS,
    Stack,
    answers,
    free_port,
    nats_configuration,
    wait_until,
)

NAMES = ["nats-0", "nats-1", "nats-2"]
PEOPLE = 3


class Cluster:
    """Three servers as in the cluster, where only addresses and folders differ."""

    def __init__(self, folder):
        self.folder, self.processes = folder, {}
        self.ports = {
            name: {"client": free_port(), "monitor": free_port(), "peers": free_port()}
            for name in NAMES
        }
        secrets = yaml.safe_load_all(run(INFRA / "create-secrets", "--print").stdout)
        peers = next(
            s["stringData"] for s in secrets if s and s["metadata"]["name"] == "nats-credentials"
        )["peers.conf"]
        for name in NAMES:
            peers = peers.replace(
                f"{name}.nats-peers:6222", f"127.0.0.1:{self.ports[name]['peers']}"
            )
        (folder / "peers.conf").write_text(peers)

    def __enter__(self):
        for name in NAMES:
            self.start(name)
        for name in NAMES:
            self.wait_healthy(name)
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            process.kill()
            process.wait()

    def start(self, name):
        ports = self.ports[name]
        config = nats_configuration("components/nats-cluster/nats.conf", self.folder, name, ports)
        with open(self.folder / f"{name}.log", "ab") as log:
            environment = {**os.environ, "SERVER_NAME": name}
            command = [tool("nats-server"), "-c", config]
            self.processes[name] = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log
            )

    def wait_healthy(self, name):
        """The request of the startup probe."""
        wait_until(
            f"health of {name}",
            lambda: answers(f"http://127.0.0.1:{self.ports[name]['monitor']}/healthz"),
        )

    def replace(self, name):
        """What the preStop hook and the next pod do. Returns the exit code."""
        assert run(tool("nats-server"), "--signal", f"ldm={self.folder}/{name}.pid").returncode == 0
        code = self.processes[name].wait(PATIENCE_SECONDS)
        self.start(name)
        self.wait_healthy(name)
        return code

    def url(self, user):
        return ",".join(
            f"nats://{user}:{PASSWORD}@127.0.0.1:{ports['client']}" for ports in self.ports.values()
        )

    def copies(self):
        url = f"http://127.0.0.1:{self.ports[NAMES[0]]['monitor']}/jsz?streams=1&config=1"
        with urllib.request.urlopen(url, timeout=60) as answer:
            streams = json.load(answer)["account_details"][0]["stream_detail"]
        return {stream["name"]: stream["config"]["num_replicas"] for stream in streams}


def main():
    programs = {s: built_program(f"{s}-service") for s in [STREAMS, *SERVICES]}
    if None in programs.values():
        sys.exit("no build of the services: tools/build release programs")
    checks = {}
    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder)) as cluster:

        def variables(service):
            return {"NATS_URL": cluster.url(service), "NATS_REPLICAS": len(NAMES)}

        with (
            Stack(lambda service, _: [programs[service]], {}, variables) as stack,
            Crowd(stack.port, PEOPLE) as crowd,
        ):
            copies = cluster.copies()
            checks[f"every stream has three copies ({copies})"] = copies == {
                "EVENTS": 3,
                "DEAD_LETTERS": 3,
            }
            for name in NAMES:
                before, start = crowd.sales, time.monotonic()
                code = cluster.replace(name)
                seconds = time.monotonic() - start
                goes_on = crowd.sales > before or crowd.sells()
                what = f"{name} ended with code {code} and came back in {seconds:.0f} s; {crowd.sales - before} sales meanwhile"
                checks[what] = code == 0 and goes_on
            time.sleep(2)
            reasons = stack.reasons() if crowd.faults else []
        checks[
            f"no caller saw an error in {crowd.calls} calls ({len(crowd.faults)} did)"
        ] = not crowd.faults
    return report(checks, crowd.faults[:20] + reasons[:20])


if __name__ == "__main__":
    sys.exit(main())
