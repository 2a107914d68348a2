"""See rolling_update.sh."""

import itertools
import os
import sys
import time

from callers import Crowd
from project import built_program
from stack import Stack

SECONDS = float(os.environ.get("ROLLING_SECONDS", "40"))
PEOPLE = 6
REST_SECONDS = 1.0  # in the cluster 5: there, more proxies have to learn
REPLICAS = {"tickets": 2, "orders": 2, "payments": 2, "auth": 2}


def main():
    programs = {s: built_program(f"{s}-service") for s in ("auth", "tickets", "orders", "expiration", "payments")}
    if None in programs.values():
        sys.exit("no build of the services: tools/build release programs")
    replaced, codes, drains = 0, set(), []
    with Stack(lambda service, _: [programs[service]], REPLICAS) as stack, Crowd(stack.port, PEOPLE) as crowd:
        start = time.monotonic()
        turn = itertools.cycle([(s, n) for n in (0, 1) for s in ("orders", "tickets", "payments")] + [("auth", 1)])
        while time.monotonic() - start < SECONDS:
            service, number = next(turn)
            code, drained = stack.replace(service, number, REST_SECONDS)
            replaced += 1
            codes.add(code)
            drains.append(drained)
            time.sleep(1)
        sales_so_far = crowd.sales
        time.sleep(2)
        checks = {
            f"{replaced} replicas were replaced in {time.monotonic() - start:.0f} s": replaced >= 5,
            f"every one of them ended by itself with code 0 (the slowest took {max(drains):.2f} s)": codes == {0},
            f"{crowd.calls} calls and {crowd.sales} whole sales went on meanwhile": sales_so_far > 10 and crowd.sales > sales_so_far,
        }
    checks[f"no caller saw an error ({len(crowd.faults)} did)"] = not crowd.faults
    for what, ok in checks.items():
        print(f"{'ok' if ok else 'FAILED'}: {what}")
    for fault in crowd.faults[:20]:
        print("   ", fault)
    good = sum(checks.values())
    print(f"{good} passed, {len(checks) - good} failed")
    return 0 if good == len(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
