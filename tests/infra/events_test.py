"""Events: src/services.json (and the table that is written from it in docs/events.md), the code, the
golden files and the network policies agree."""

import json
import re
import sys
import tempfile
import unittest

import yaml

from project import BUILT_HERE, DESCRIBED, INFRA, OVERLAYS, ROOT, SERVICES, STREAMS, of_kind, run

CONTRACTS = ROOT / "src/contracts"


def fields_of(text):
    """ "id, ticket{id, price}, orderId?" → {"id": None, "ticket": {…}, "orderId?": None}"""
    fields, rest = {}, text.strip()
    while rest:
        name, rest = re.match(r"([\w?]+)(.*)$", rest, re.S).groups()
        if rest.startswith("{"):
            inner, rest = rest[1:].split("}", 1)
            fields[name] = fields_of(inner)
        else:
            fields[name] = None
        rest = rest.lstrip(", ")
    return fields


def table():
    rows = {}
    for line in (ROOT / "docs/events.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 4 and re.fullmatch(r"`[\w.]+`", cells[0]):
            rows[cells[0].strip("`")] = {
                "owner": cells[1],
                "fields": fields_of(cells[2]),
                "listeners": set(filter(None, re.split(r",\s*", cells[3]))),
            }
    return rows


TABLE = table()


def effects():
    """{subject: what the second table of docs/events.md says of it}."""
    told = {}
    for line in (ROOT / "docs/events.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 2:
            for subject in re.findall(r"`([\w.]+)`", cells[0]):
                told[subject] = told.get(subject, "") + " " + cells[1]
    return told


def subjects_of_types():
    """{type: (owner, subject)} of src/contracts."""
    found = {}
    for header in CONTRACTS.glob("*_events.hpp"):
        for name, subject in re.findall(
            r'struct (\w+)[^{;]*\{\s*static constexpr std::string_view subject = "([\w.]+)"',
            header.read_text(),
        ):
            found[name] = (header.name.removesuffix("_events.hpp"), subject)
    return found


TYPES = subjects_of_types()


def subscriptions():
    """{subject: services} of the subscription tables in listeners.cpp."""
    found = {}
    for service in BUILT_HERE:
        for path in (ROOT / "src" / service).rglob("listeners.cpp"):
            text = path.read_text()
            consumer = re.search(r'subscribe_all\(\s*bus, "(\w+)"', text).group(1)
            assert consumer == service, f"{path} subscribes as {consumer}"
            for name in re.findall(r"\{(?:contracts::)?(\w+)::subject,", text):
                found.setdefault(TYPES[name][1], set()).add(service)
    return found


def published():
    """{subject: services} whose code makes an event of that type."""
    found = {}
    for service in BUILT_HERE:
        for path in (ROOT / "src" / service).rglob("*.cpp"):
            if not path.name.endswith("_test.cpp"):
                for name in re.findall(r"(?:contracts::)?\b(\w+)\{", path.read_text()):
                    if name in TYPES:
                        found.setdefault(TYPES[name][1], set()).add(service)
    return found


def arrows(overlay):
    """{(from, to, port)} that the policies allow between named pods; both sides have to agree."""

    def names(peer):
        return [
            peer["podSelector"]["matchLabels"][key]
            for key in ["app.kubernetes.io/name"]
            if key in peer.get("podSelector", {}).get("matchLabels", {})
        ]

    out, into = set(), set()
    for name, policy in of_kind(overlay, "NetworkPolicy").items():
        own = policy["spec"]["podSelector"].get("matchLabels", {}).get("app.kubernetes.io/name")
        if own != name:
            continue
        for rule in policy["spec"].get("egress", []):
            for peer in rule.get("to", []):
                out |= {(own, n, port["port"]) for n in names(peer) for port in rule["ports"]}
        for rule in policy["spec"].get("ingress", []):
            for peer in rule.get("from", []):
                peers = (
                    SERVICES
                    if peer.get("podSelector", {}).get("matchLabels")
                    == {"ticketing/kind": "service"}
                    else names(peer)
                )
                into |= {(n, own, port["port"]) for n in peers for port in rule["ports"]}
    return out, into


class Events(unittest.TestCase):
    def test_the_table_has_every_subject_of_the_code_with_its_owner(self):
        self.assertEqual(
            {s: row["owner"] for s, row in TABLE.items()},
            {subject: owner for owner, subject in TYPES.values()},
        )

    def test_the_list_of_services_says_what_each_publishes_and_observes(self):
        for service in DESCRIBED:
            name = service["name"]
            if service.get("elsewhere"):
                continue
            self.assertEqual(
                set(service["publishes"]),
                {s for s, row in TABLE.items() if row["owner"] == name},
                name,
            )
            # The subjects that its program needs.
            main = (ROOT / "src" / name / "main.cpp").read_text()
            told = {TYPES[t][1] for t in re.findall(r"contracts::(\w+)[,>]", main)}
            self.assertEqual(told, set(service["publishes"]), name)

    def test_the_table_names_the_listeners_that_subscribe(self):
        code = subscriptions()
        for service in DESCRIBED:
            for subject in service["listens"] if service.get("elsewhere") else []:
                code.setdefault(subject, set()).add(service["name"])
        self.assertEqual(
            {s: row["listeners"] for s, row in TABLE.items()},
            {s: code.get(s, set()) for s in TABLE},
        )

    def test_the_effect_in_each_listener_is_told(self):
        told = effects()
        for subject, row in TABLE.items():
            for listener in row["listeners"]:
                self.assertRegex(
                    told.get(subject, ""),
                    rf"\b{listener}\b",
                    f"docs/events.md does not say what {subject} does in {listener}",
                )

    def test_only_the_owner_makes_an_event(self):
        for subject, services in published().items():
            self.assertEqual(services, {TABLE[subject]["owner"]}, subject)

    def test_every_golden_file_has_the_fields_of_the_table(self):
        files = {
            path.stem: json.loads(path.read_text())
            for path in (CONTRACTS / "golden").glob("*.json")
        }
        self.assertEqual(set(files), set(TABLE))
        for subject, event in files.items():
            wanted = TABLE[subject]["fields"]
            must = {f for f in wanted if not f.endswith("?")}
            self.assertEqual(must - set(event), set(), subject)
            self.assertEqual(set(event) - {f.rstrip("?") for f in wanted}, set(), subject)
            for name, inner in wanted.items():
                if inner:
                    names = {f.rstrip("?") for f in inner}
                    self.assertEqual(set(event[name]), names, f"{subject} {name}")


# Between the services, of no entity: src/common/bus/republish_messages.hpp.
REQUESTED, PROGRESS = "republish.requested", "republish.progress"


class Permissions(unittest.TestCase):
    """Who may do what on NATS. tests/system/bus_permissions_test tries it on a server."""

    text = (INFRA / "nats/authorization.conf").read_text()

    def allowed(self, user, what):
        block = self.text.split(f"user: {user}\n")[1].split("user: ")[0]
        return set(
            re.findall(r'"([^"]+)"', re.search(rf"{what}: \{{\s*allow: \[(.*?)\]", block, re.S)[1])
        )

    def test_each_service_may_publish_its_own_events_and_no_others(self):
        for service in BUILT_HERE:
            events = {
                subject
                for subject in self.allowed(service, "publish")
                if not subject.startswith(("$", "dead."))
            }
            self.assertEqual(
                events - {REQUESTED, PROGRESS},
                {subject for subject, row in TABLE.items() if row["owner"] == service},
                service,
            )
            self.assertEqual({REQUESTED, PROGRESS} <= events, bool(events), service)

    def test_each_service_may_receive_directly_what_its_code_observes(self):
        for service in BUILT_HERE:
            sources = "".join(
                p.read_text()
                for p in (ROOT / "src" / service).rglob("*.cpp")
                if not p.name.endswith("_test.cpp")
            )
            observed = {
                TYPES[name][1]
                for name in re.findall(
                    r"observe\(\s*std::string\((?:contracts::)?(\w+)::subject", sources
                )
            }
            self.assertEqual(
                self.allowed(service, "subscribe"), observed | {f"_INBOX.{service}.>"}, service
            )

    def test_each_listener_may_use_its_consumers_and_store_dead_letters(self):
        for service in BUILT_HERE:
            may = self.allowed(service, "publish")
            received = {subject for subject, row in TABLE.items() if service in row["listeners"]}
            owned = {subject for subject, row in TABLE.items() if row["owner"] == service}
            received |= {REQUESTED} if received or owned else set()
            self.assertEqual(
                {s.removeprefix(f"dead.{service}.") for s in may if s.startswith("dead.")}, received
            )
            consumers = {
                s.rsplit(".", 1)[1]
                for s in may
                if s.startswith("$JS.API.CONSUMER.MSG.NEXT.EVENTS.")
            }
            self.assertEqual(
                consumers, {f"{service}-{subject.replace('.', '_')}" for subject in received}
            )

    def test_no_service_may_change_a_stream_and_the_program_that_may_publishes_no_event(self):
        def requests(user):
            return {s for s in self.allowed(user, "publish") if s.startswith("$JS.API.STREAM.")}

        looks = {f"$JS.API.STREAM.INFO.{stream}" for stream in ("EVENTS", "DEAD_LETTERS")}
        for service in BUILT_HERE:
            self.assertEqual(requests(service), looks, service)
            self.assertNotIn(
                "declares_streams", (ROOT / "src" / service / "main.cpp").read_text(), service
            )
        changes = {
            look.replace("INFO", verb)
            for look in looks
            for verb in ("CREATE", "UPDATE", "MSG.DELETE")
        }
        reads = {look.replace("STREAM.INFO", "DIRECT.GET") for look in looks}
        consumer = f"EVENTS.{STREAMS}-user_erased"
        listens = {
            f"$JS.API.CONSUMER.CREATE.{consumer}.user.erased",
            f"$JS.API.CONSUMER.INFO.{consumer}",
            f"$JS.API.CONSUMER.DELETE.{consumer}",
            f"$JS.API.CONSUMER.MSG.NEXT.{consumer}",
            f"$JS.ACK.{consumer}.>",
            f"dead.{STREAMS}.user.erased",
        }
        self.assertEqual(self.allowed(STREAMS, "publish"), looks | changes | reads | listens)
        self.assertEqual(self.allowed(STREAMS, "subscribe"), {f"_INBOX.{STREAMS}.>"})


SIXTH = {"name": "madeup", "publishes": ["made.up"], "listens": ["order.completed"]}


class Elsewhere(unittest.TestCase):
    """A service that is built elsewhere, as infra/generate.py --with takes it."""

    def written(self, file, *services):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as list_of_services:
            json.dump({"services": services}, list_of_services)
            list_of_services.flush()
            return run(
                sys.executable,
                INFRA / "generate.py",
                "--with",
                list_of_services.name,
                "--print",
                file,
            )

    def test_it_may_publish_its_events_and_use_its_consumers_and_not_change_the_stream(self):
        text = self.written("infra/nats/authorization.conf", SIXTH).stdout
        block = text.split("user: madeup\n")[1].split("user: ")[0]
        may = set(
            re.findall(r'"([^"]+)"', re.search(r"publish: \{\s*allow: \[(.*?)\]", block, re.S)[1])
        )
        self.assertIn("made.up", may)
        self.assertIn("$JS.API.CONSUMER.CREATE.EVENTS.madeup-order_completed.order.completed", may)
        self.assertIn("dead.madeup.order.completed", may)
        self.assertEqual(
            {s for s in may if ".STREAM." in s},
            {"$JS.API.STREAM.INFO.EVENTS", "$JS.API.STREAM.INFO.DEAD_LETTERS"},
        )
        self.assertEqual(
            {s for s in may if not s.startswith(("$", "dead."))},
            {"made.up", "republish.requested", "republish.progress"},
        )

    def test_the_stream_takes_its_events(self):
        self.assertRegex(
            self.written("infra/k8s/base/settings.env", SIXTH).stdout,
            r"\nEXTRA_EVENT_SUBJECTS=(.+,)?made\.up\n",
        )

    def test_it_gets_a_database_a_policy_and_an_alert_but_no_image(self):
        self.assertIn(
            "  name: madeup\n  owner: madeup\n",
            self.written("infra/k8s/components/cloudnative-pg/databases.yaml", SIXTH).stdout,
        )
        self.assertIn(
            "\n  name: madeup\n", self.written("infra/k8s/base/network-policies.yaml", SIXTH).stdout
        )
        self.assertIn("madeup", self.written("infra/observability/alerts.yaml", SIXTH).stdout)
        self.assertNotIn("madeup", self.written(".github/workflows/images.yml", SIXTH).stdout)

    def test_it_runs_on_kubernetes_and_in_compose_with_its_settings(self):
        service = {
            **SIXTH,
            "about": "What is made up",
            "jobs": True,
            "settings": {
                "MADE_KEY": {"secret": "made-secret", "optional": True},
                "MADE_TIMES": {"value": "3", "about": "how often"},
            },
            "resources": {"memory_max": "192Mi"},
        }
        manifest = yaml.safe_load_all(self.written("infra/k8s/base/madeup.yaml", service).stdout)
        objects = {o["kind"]: o for o in manifest}
        self.assertEqual({o["metadata"]["name"] for o in objects.values()}, {"madeup"})
        container = objects["Deployment"]["spec"]["template"]["spec"]["containers"][0]
        variables = {e["name"]: e.get("value") or e["valueFrom"] for e in container["env"]}
        key = {"name": "made-secret", "key": "MADE_KEY", "optional": True}
        self.assertEqual(variables["MADE_KEY"], {"secretKeyRef": key})
        self.assertEqual(variables["MADE_TIMES"], "3")
        self.assertEqual(container["resources"]["limits"]["memory"], "192Mi")
        self.assertEqual(container["resources"]["requests"]["memory"], "64Mi")
        compose = yaml.safe_load(self.written("compose.yaml", service).stdout)
        stanza = compose["services"]["madeup"]
        self.assertNotIn("build", stanza)
        self.assertEqual(stanza["environment"]["MADE_KEY_FILE"], "/run/secrets/made-key")
        self.assertEqual(stanza["environment"]["MADE_TIMES"], "${MADE_TIMES:-3}")
        self.assertEqual({f.removesuffix("_FILE") for f in stanza["environment"]}, set(variables))
        self.assertIn("made-key", stanza["secrets"])
        self.assertIn("redis", stanza["depends_on"])

    def test_a_field_that_means_nothing_is_refused(self):
        for wrong in ({**SIXTH, "secrets": []}, {"name": "madeup", "publishes": []}):
            answer = self.written("compose.yaml", wrong)
            self.assertNotEqual(answer.returncode, 0)
            self.assertRegex(answer.stderr, "madeup has (a field `secrets`|no `listens`)")

    def test_a_name_that_is_taken_or_no_name_is_refused(self):
        for name in ("orders", STREAMS, "no-name", "no_name", "Notifier"):
            self.assertNotEqual(
                self.written("infra/services.sh", {**SIXTH, "name": name}).returncode, 0, name
            )


class Arrows(unittest.TestCase):
    def test_both_ends_of_every_arrow_allow_it(self):
        for overlay in OVERLAYS:
            out, into = arrows(overlay)
            self.assertEqual(out, into, overlay)

    def test_what_is_not_allowed_is_refused(self):
        for overlay in OVERLAYS:
            deny = of_kind(overlay, "NetworkPolicy")["default-deny"]["spec"]
            self.assertEqual(deny, {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})

    def test_each_publisher_and_listener_reaches_the_bus(self):
        reach = {a for a, b, _ in arrows("prod")[0] if b == "nats"}
        # Some have no events; but every service's process is connected, and not ready before it is.
        self.assertEqual(reach, {*SERVICES, STREAMS})

    def test_each_reaches_the_stores_that_its_settings_name_and_no_others(self):
        urls = {
            "DATABASE_URL": "postgres",
            "NATS_URL": "nats",
            "REDIS_URL": "redis",
            "AUTH_JWKS_URL": "auth",
        }
        out = arrows("prod")[0]
        for service in SERVICES:
            environment = of_kind("prod", "Deployment")[service]["spec"]["template"]["spec"][
                "containers"
            ][0]["env"]
            wanted = {urls[e["name"]] for e in environment if e["name"] in urls}
            self.assertEqual({b for a, b, _ in out if a == service}, wanted, service)

    def test_services_do_not_call_each_other_but_for_auths_keys(self):
        for a, b, _ in arrows("prod")[0]:
            if a in SERVICES and b in SERVICES:
                self.assertEqual(b, "auth")

    def test_pages_reach_the_services_of_the_route_table_and_nothing_else(self):
        routes = json.loads((ROOT / "infra/routes.json").read_text())["routes"]
        wanted = {r["to"] for r in routes} - {"client"}
        self.assertEqual({b for a, b, _ in arrows("prod")[0] if a == "client"}, wanted)

    def test_only_payments_and_notifications_reach_the_internet(self):
        open_to_all = set()
        for name, policy in of_kind("dev", "NetworkPolicy").items():
            for rule in policy["spec"].get("egress", []):
                if any("ipBlock" in peer for peer in rule.get("to", [])) or "to" not in rule:
                    open_to_all.add(name)
        self.assertEqual(open_to_all, {"payments", "notifications"})


if __name__ == "__main__":
    unittest.main()
