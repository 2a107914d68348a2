"""Programs that start at the same time are never given the same port, although nothing listens on it
yet."""

import os
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from project import ROOT

PROGRAM = ROOT / "infra/local/free-port"


def ports_of(count, owner):
    found = subprocess.run(
        [PROGRAM, str(count), str(owner)], capture_output=True, text=True, check=True
    )
    return found.stdout.split()


class Ports(unittest.TestCase):
    def setUp(self):
        # Programs that live as long as the test, each with ports of its own.
        self.owners = [
            subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            for _ in range(8)
        ]

    def tearDown(self):
        for owner in self.owners:
            self.end(owner)

    def end(self, owner):
        owner.stdin.close()
        owner.wait()

    def test_who_asks_at_the_same_time_gets_other_ports(self):
        with ThreadPoolExecutor(len(self.owners)) as callers:
            answers = callers.map(lambda owner: ports_of(100, owner.pid), self.owners)
            found = [port for answer in answers for port in answer]
        self.assertEqual(len(found), 100 * len(self.owners))
        self.assertEqual(len(set(found)), len(found))

    def test_ports_come_back_when_their_user_ends(self):
        ended = self.owners.pop()
        ports_of(10, ended.pid)
        self.assertEqual(self.noted().count(str(ended.pid)), 10)
        self.end(ended)
        ports_of(1, self.owners[0].pid)
        self.assertEqual(self.noted().count(str(ended.pid)), 0)

    def noted(self):
        """The processes that ports are noted for."""
        lines = Path(f"/tmp/ticketing-{os.getuid()}/ports").read_text().splitlines()
        return [line.split()[1] for line in lines]


if __name__ == "__main__":
    unittest.main()
