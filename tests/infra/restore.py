"""See restore.sh."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from callers import Person, Refused
from project import ROOT, SERVICES, STREAMS, built_program, report, run
from stack import PATIENCE_SECONDS, Stack, answers, free_port, wait_until

HANDBOOK = (ROOT / "docs/operations.md").read_text()
HOLD_SECONDS = 60  # longer than backup and restore take on a busy machine


def documented(program):
    """The options that the handbook gives the program in its pod, the database's name standing as $s."""
    line = re.search(
        rf'exec (?:-i )?statefulset/postgres -- {program} (.*?) [<>]"\$s\.dump"', HANDBOOK
    )
    return [word.strip('"') for word in line[1].split()]


class Before:
    """A shop with one sale and one reservation, and what was seen of them."""

    def __init__(self, port):
        self.person = Person(port, f"seller-{int(time.time())}")
        self.person.sign_up()
        self.sold = self.person.sell_and_buy(time.sleep)
        self.reserved = self.person.reserve(time.sleep)
        self.order = self.person.call("GET", f"/api/orders/{self.sold}")[1]

    def checks_after(self, port, shape):
        person = Person(port, self.person.name)
        person.sign_in()
        told = person.call("GET", f"/api/orders/{self.sold}")[1]
        old_session = Person(port, self.person.name)
        old_session.cookies = dict(self.person.cookies)
        checks = {
            f"{shape}: the old password lets in, and the old session goes on": bool(
                old_session.call("GET", "/api/orders")[1]
            ),
            f"{shape}: the sale is as it was": told == self.order and told["status"] == "complete",
        }
        person.sell_and_buy(time.sleep)
        checks[f"{shape}: the next sale comes to its end"] = True
        status, seconds = self.wait_for_the_end(person)
        ticket = f"/api/tickets/{self.reserved['ticket']['id']}"
        # Tickets receives the event a moment later.
        wait_until(
            "the end of the reservation in tickets",
            lambda: person.call("GET", ticket)[1]["status"] == "available",
        )
        checks[
            f"{shape}: the reservation runs out ({seconds:.0f} s after the restore) and its ticket is for sale again"
        ] = status == "cancelled"
        return checks

    def wait_for_the_end(self, person):
        start = time.monotonic()
        while True:
            status = person.call("GET", f"/api/orders/{self.reserved['id']}")[1]["status"]
            seconds = time.monotonic() - start
            if status == "cancelled" or seconds > HOLD_SECONDS + PATIENCE_SECONDS:
                return status, seconds
            time.sleep(0.2)


def postgres(stack, program, service, **options):
    words = [word.replace("$s", service) for word in documented(program)]
    server = ["-h", "127.0.0.1", "-p", str(stack.postgres_port)]
    return subprocess.run(
        [stack.postgres_programs / program, *server, *words], check=True, **options
    )


def distributed(folder):
    programs = {s: built_program(f"{s}-service") for s in [STREAMS, *SERVICES]}
    assert None not in programs.values(), "no build of the services: tools/build release programs"
    variables = {"HOLD_SECONDS": HOLD_SECONDS}

    def restore(stack):
        for service in SERVICES:
            with open(folder / f"{service}.dump", "rb") as dump:
                postgres(stack, "pg_restore", service, stdin=dump)

    with Stack(lambda service, _: [programs[service]], {}, variables) as stack:
        before = Before(stack.port)
        codes = stack.stop_services()
        for service in SERVICES:
            with open(folder / f"{service}.dump", "wb") as dump:
                postgres(stack, "pg_dump", service, stdout=dump)
    with Stack(lambda service, _: [programs[service]], {}, variables, restore) as stack:
        checks = before.checks_after(stack.port, "PostgreSQL")
        metrics = run(
            "curl", "-fsS", f"http://127.0.0.1:{stack.running[('orders', 0)][1]}/metrics"
        ).stdout
    checks["PostgreSQL: it did so by its job, which Redis had lost"] = (
        "\norders_swept_total 0\n" in metrics
    )
    checks["PostgreSQL: services stop in order before the backup"] = set(codes.values()) == {0}
    return checks


class OneProcess:
    def __init__(self, data):
        self.port, program = free_port(), built_program("ticketing")
        assert program, "no build of `ticketing`: tools/build release ticketing"
        settings = {
            "PORT": str(self.port),
            "DATA_DIR": str(data),
            "LOG_LEVEL": "error",
            "HOLD_SECONDS": str(HOLD_SECONDS),
        }
        self.process = subprocess.Popen(
            [program], env={**os.environ, **settings}, stdout=subprocess.DEVNULL
        )
        wait_until(
            "an answer of the process", lambda: answers(f"http://127.0.0.1:{self.port}/readyz")
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)


def embedded(folder):
    data, copy = folder / "data", folder / "copy"
    copy.mkdir()
    with OneProcess(data) as shop:
        before = Before(shop.port)
        for file in data.iterdir():  # while it runs
            if file.suffix == ".db":
                made = run("sqlite3", file, f".backup {copy / file.name}")
                assert made.returncode == 0, made.stderr
            elif file.is_dir():
                shutil.copytree(file, copy / file.name)
            elif not file.name.endswith(("-wal", "-shm")):
                shutil.copy(file, copy)
    with OneProcess(copy) as shop:
        return before.checks_after(shop.port, "SQLite")


def checks_of(shape):
    with tempfile.TemporaryDirectory() as folder:
        try:
            return shape(Path(folder))
        except (AssertionError, Refused, subprocess.CalledProcessError) as error:
            return {f"{shape.__name__}: {error}": False}


def main():
    checks = {}
    with ThreadPoolExecutor() as both:  # they wait most of the time
        for of_shape in both.map(checks_of, (embedded, distributed)):
            checks |= of_shape
    return report(checks)


if __name__ == "__main__":
    sys.exit(main())
