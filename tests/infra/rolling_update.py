"""See rolling_update.sh."""

import itertools
import os
import sys
import time

from callers import Crowd
from project import SERVICES, STREAMS, built_program, report
from stack import Stack

SECONDS = float(os.environ.get("ROLLING_SECONDS", "40"))
PEOPLE = 6
REST_SECONDS = 1.0  # in the cluster 5: there, more proxies have to learn
NUMBERS = (0, 1)


def roll(stack):
    """Replaces one replica after the other: {(service, number): [(exit code, seconds of draining), …]}"""
    ends = {(service, number): [] for number in NUMBERS for service in SERVICES}
    start = time.monotonic()
    for replica in itertools.cycle(ends):
        if time.monotonic() - start >= SECONDS and all(ends.values()):
            break
        ends[replica].append(stack.replace(*replica, REST_SECONDS))
        time.sleep(1)
    return ends


def main():
    programs = {s: built_program(f"{s}-service") for s in [STREAMS, *SERVICES]}
    if None in programs.values():
        sys.exit("no build of the services: tools/build release programs")
    replicas = {service: len(NUMBERS) for service in SERVICES}
    with (
        Stack(lambda service, _: [programs[service]], replicas) as stack,
        Crowd(stack.port, PEOPLE) as crowd,
    ):
        start = time.monotonic()
        ends = roll(stack)
        seconds = time.monotonic() - start
        sales, still_sells = crowd.sales, crowd.sells(more=max(1, 11 - crowd.sales))
        bad = {replica: [code for code, _ in all_ if code] for replica, all_ in ends.items()}
        logs = {
            replica: stack.log("-".join(map(str, replica)))
            for replica, codes in bad.items()
            if codes
        }
        reasons = stack.reasons() if crowd.faults else []
    all_ends = [end for of_one in ends.values() for end in of_one]
    checks = {
        f"each of {len(ends)} replicas was replaced, {len(all_ends)} times in {seconds:.0f} s": all(
            ends.values()
        ),
        f"every one of them ended by itself with code 0 (the slowest took {max(s for _, s in all_ends):.2f} s)": not logs,
        f"{crowd.calls} calls and {crowd.sales} whole sales went on meanwhile and afterwards": sales
        > 0
        and still_sells,
        f"no caller saw an error ({len(crowd.faults)} did)": not crowd.faults,
    }
    ends_of = [
        f"--- {service} {number} ended with {bad[service, number]}; the end of its log:\n{log}"
        for (service, number), log in logs.items()
    ]
    return report(checks, crowd.faults[:20] + reasons[:20] + ends_of)


if __name__ == "__main__":
    sys.exit(main())
