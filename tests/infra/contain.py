"""Runs a program in a container like any other process: SIGTERM reaches the program, its
exit code comes back, and when this process is killed, everything in the container is, too.

  contain.py CONTAINER COMMAND …

buildah's helpers, which stand between, pass on none of that: signalled, they kill what they started;
killed, they leave it behind. The program gets the variables that services and client read."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from project import ROOT

PR_SET_PDEATHSIG = 1


def known_variables():
    """What the services' code asks for by name, and what the client does."""
    services = "".join(path.read_text() for path in (ROOT / "src").rglob("*.cpp"))
    client = (ROOT / "client/server/settings.mjs").read_text()
    names = re.findall(r'"([A-Z][A-Z_]+)"', services) + re.findall(
        r"\benvironment\.([A-Z][A-Z_]+)", client
    )
    return {*names} - {"PATH", "HOME"}


def descendants(pid):
    """The processes below `pid`, the farthest last."""
    children = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = re.search(r"^PPid:\s*(\d+)", (folder / "status").read_text(), re.M)
            children.setdefault(int(parent[1]), []).append(int(folder.name))
        except OSError:
            pass
    found = [pid]
    for parent in found:
        found += sorted(children.get(parent, []))
    return found[1:]


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main():
    container, command = sys.argv[1], sys.argv[2:]
    told = [f"--env={name}={os.environ[name]}" for name in known_variables() & set(os.environ)]
    # A namespace of its own, whose processes go when its first one does.
    child = subprocess.Popen(
        [
            "unshare",
            "--pid",
            "--fork",
            "--kill-child",
            "buildah",
            "run",
            "--isolation",
            "chroot",
            *told,
            container,
            "--",
            *command,
        ],
        preexec_fn=die_with_parent,
    )

    def stop(*_):
        with contextlib.suppress(ProcessLookupError):
            os.kill([child.pid, *descendants(child.pid)][-1], signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    code = child.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
