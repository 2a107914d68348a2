"""See run-containers.sh, which made a folder with a program for each container."""

import ipaddress
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from contain import descendants

from callers import Crowd
from project import PROGRAMS, report
from stack import PATIENCE_SECONDS, Stack, free_port, wait_until

WORK = Path(sys.argv[1])
SECONDS = 15


def status_of(pid):
    return dict(
        line.split(":", 1)
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if ":" in line
    )


def ask(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.status, answer.read().decode()


def own_address():
    """An address of this machine that is not loopback: a program that listens on loopback alone does not
    answer there, as it would not in a pod. Connecting a datagram socket chooses it and sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as chooser:
        chooser.connect(("198.51.100.1", 9))
        address = chooser.getsockname()[0]
    assert not ipaddress.ip_address(address).is_loopback, "this machine has no address but loopback"
    return address


def main():
    checks = {}
    address = own_address()
    roots = {name: (WORK / f"{name}.root").read_text().strip() for name in [*PROGRAMS, "client"]}
    # Without BIND_ADDRESS: where to listen is what the image says.
    with Stack(
        lambda service, _: [WORK / f"bin/{service}-service"], {}, {"BIND_ADDRESS": None}
    ) as stack:
        port = free_port()
        environment = {"PATH": os.environ["PATH"], "PORT": str(port), "API_URL": stack.url}
        client = stack.spawn("client", [WORK / "bin/client"], env=environment)
        wait_until(
            "an answer of the client", lambda: ask(f"http://{address}:{port}/healthz")[0] == 200
        )
        processes = {
            **{service: stack.running[(service, 0)][0] for service in PROGRAMS},
            "client": client,
        }
        pids = {name: descendants(process.pid)[-1] for name, process in processes.items()}
        for name, pid in pids.items():
            status = status_of(pid)
            users, able = set(map(int, status["Uid"].split())), int(status["CapEff"], 16)
            checks[
                f"{name} ({status['Name'].strip()}) runs as user {users}, with no capability"
            ] = users == {10001} and able == 0
        with Crowd(stack.port, 4) as crowd:
            start = time.monotonic()
            time.sleep(SECONDS)
            sells = crowd.sells(more=max(1, 11 - crowd.sales))
            seconds = time.monotonic() - start
        checks[
            f"{crowd.sales} whole sales and {crowd.calls} calls in {seconds:.0f} s, {len(crowd.faults)} of them with an error"
        ] = sells and not crowd.faults
        page = ask(f"http://{address}:{port}/")
        checks["the client's container renders the front page with what is for sale"] = (
            page[0] == 200 and "<html" in page[1]
        )
        passed_on = ask(f"http://{address}:{port}/api/tickets?limit=1")
        checks["and passes the API on"] = passed_on[0] == 200 and passed_on[1].startswith("[")
        for service in PROGRAMS:
            alive = ask(f"http://{address}:{stack.running[(service, 0)][1]}/healthz")
            checks[f"{service} answers at an address that is not loopback"] = alive[0] == 200
        for process in processes.values():
            process.terminate()
        codes = {name: process.wait(PATIENCE_SECONDS) for name, process in processes.items()}
        checks[f"SIGTERM ends every container in order (codes {sorted(set(codes.values()))})"] = (
            set(codes.values()) == {0}
        )
        faults = crowd.faults[:10] + [
            stack.log(f"{n}-0") for n, c in codes.items() if c and n != "client"
        ]
    for name, root in roots.items():
        written = subprocess.run(
            [
                "find",
                root,
                "-xdev",
                "-newer",
                WORK / f"{name}.root",
                "-type",
                "f",
                "-not",
                "-path",
                f"{root}/etc/*",
                "-not",
                "-path",
                f"{root}/run/*",
            ],
            capture_output=True,
            text=True,
        ).stdout.split()
        # The client's cache has a volume in the cluster.
        written = [
            w.removeprefix(root) for w in written if not w.startswith(f"{root}/app/.next/cache")
        ]
        checks[
            f"{name} wrote nothing into its root{': ' + ', '.join(written[:3]) if written else ''}"
        ] = not written
    return report(checks, faults)


if __name__ == "__main__":
    sys.exit(main())
