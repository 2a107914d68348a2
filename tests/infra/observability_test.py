"""Alerts and dashboard: sound, tested, documented, and about metrics that the services really expose."""

import json
import os
import re
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import yaml

from project import INFRA, ROOT, built_program, run, tool
from stack import PATIENCE_SECONDS, answers, wait_until

FOLDER = INFRA / "observability"
RULES = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]
WORDS = {
    "abs",
    "sum",
    "max",
    "rate",
    "increase",
    "by",
    "or",
    "and",
    "absent",
    "offset",
    "histogram_quantile",
}
# Prometheus' own, and labels that it adds.
ITS_METRICS = {"up"}
ITS_LABELS = {"job", "instance"}


def selectors(expression):
    """{metric: labels in its selectors} of a query."""
    found = {}
    text = re.sub(r"\bby\s*\([^)]*\)", " ", expression)
    for name, labels in re.findall(r"([a-z_]+)\{([^}]*)\}", text):
        found.setdefault(name, set()).update(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", labels))
    rest = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"|\b\d+[smhd]\b", " ", text)
    for name in set(re.findall(r"[a-z_]{2,}", rest)) - WORDS:
        found.setdefault(name, set())
    return found


def grouped(expression):
    return {
        l.strip() for part in re.findall(r"\bby\s*\(([^)]*)\)", expression) for l in part.split(",")
    }


class Scrape:
    """The all-in-one process after one sale, and what it exposes."""

    def __init__(self):
        program = built_program("ticketing")
        assert program, "no build of `ticketing`: tools/build release"
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "PORT": "0", "DATA_DIR": folder, "LOG_LEVEL": "error"}
            process = subprocess.Popen(
                [program], env=environment, stdout=subprocess.PIPE, text=True
            )
            try:
                self.base = re.search(r"http://\S+", process.stdout.readline()).group(0)
                wait_until("readiness", lambda: answers(self.base + "/readyz"))
                self.sell_one_ticket()
                self.text = self.ask("GET", "/metrics")[0]
            finally:
                process.terminate()
                process.communicate(timeout=PATIENCE_SECONDS)
        self.labels = {}
        for line in self.text.splitlines():
            match = re.match(r"([a-z_]+)(?:\{(.*)\})? ", line)
            if match:
                self.labels.setdefault(match[1], set()).update(
                    re.findall(r'(\w+)="', match[2] or "")
                )

    def ask(self, method, path, body=None, cookies=""):
        request = urllib.request.Request(
            self.base + path,
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
        )
        request.add_header("Content-Type", "application/json")
        request.add_header("Cookie", cookies)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode(), "; ".join(
                c.split(";")[0] for c in answer.headers.get_all("Set-Cookie") or []
            )

    def sell_one_ticket(self):
        _, cookies = self.ask(
            "POST", "/api/users/signup", {"email": "buyer@example.com", "password": "correct horse"}
        )
        ticket = json.loads(
            self.ask("POST", "/api/tickets", {"title": "Front row", "price": 20}, cookies)[0]
        )
        # Each service has its copy a moment later.
        order = self.ask_until_done("/api/orders", {"ticketId": ticket["id"]}, cookies)
        self.ask_until_done("/api/payments", {"token": "tok_visa", "orderId": order["id"]}, cookies)
        wait_until("completion of the order", lambda: self.status_of(order, cookies) == "complete")

    def status_of(self, order, cookies):
        return json.loads(self.ask("GET", f"/api/orders/{order['id']}", cookies=cookies)[0])[
            "status"
        ]

    def ask_until_done(self, path, body, cookies):
        answered = []

        def is_done():
            answered.append(json.loads(self.ask("POST", path, body, cookies)[0]))
            return True

        wait_until(f"an answer of {path}", is_done)  # an HTTPError is an OSError
        return answered[0]


def registered():
    """Names under which the code registers metrics: for what only the adapter of Stripe exposes."""
    text = "".join(
        p.read_text() for p in (ROOT / "src").rglob("*.cpp") if not p.name.endswith("_test.cpp")
    )
    return set(re.findall(r'"((?:stripe|payments)_[a-z_]+)"', text))


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scrape = Scrape()

    def test_promtool_finds_what_is_exposed_well_formed(self):
        result = run(tool("promtool"), "check", "metrics", input=self.scrape.text)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_everything_that_is_asked_for_is_exposed_with_those_labels(self):
        queries = [(rule["alert"], rule["expr"]) for rule in RULES] + QUERIES
        names = registered()
        for title, expression in queries:
            for metric, labels in selectors(expression).items():
                with self.subTest(title, metric=metric):
                    if metric in ITS_METRICS:
                        continue
                    if metric.startswith("stripe_") and metric in names:
                        continue
                    self.assertIn(metric, self.scrape.labels)
                    self.assertEqual(labels - self.scrape.labels[metric] - ITS_LABELS, set())

    def test_groups_are_made_by_labels_that_exist(self):
        for title, expression in [(rule["alert"], rule["expr"]) for rule in RULES] + QUERIES:
            known = set(ITS_LABELS).union({"result"} if "stripe_" in expression else set())
            for metric in selectors(expression):
                known |= self.scrape.labels.get(metric, set())
            self.assertEqual(grouped(expression) - known, set(), title)


class Rules(unittest.TestCase):
    def test_promtool_finds_the_rules_sound(self):
        result = run(tool("promtool"), "check", "rules", FOLDER / "alerts.yaml")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_promtool_refuses_what_is_broken_on_purpose(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "alerts.yaml"
            path.write_text(
                (FOLDER / "alerts.yaml")
                .read_text()
                .replace("sum by (job) (rate(", "sum by job (rate(", 1)
            )
            self.assertNotEqual(run(tool("promtool"), "check", "rules", path).returncode, 0)

    def test_alerts_fire_when_they_should_and_only_then(self):
        result = run(tool("promtool"), "test", "rules", "alerts_test.yaml", cwd=FOLDER)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_every_alert_is_among_those_that_are_seen_to_fire(self):
        text = (FOLDER / "alerts_test.yaml").read_text()
        for rule in RULES:
            self.assertIn(f'{{alertname="{rule["alert"]}"}}', text)

    def test_promtool_finds_the_configuration_sound(self):
        # Debian's promtool is built without discovery in Kubernetes.
        config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
        config["scrape_configs"][0].pop("kubernetes_sd_configs")
        config["scrape_configs"][0]["static_configs"] = [{"targets": ["127.0.0.1:4000"]}]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "prometheus.yml"
            path.write_text(yaml.safe_dump(config))
            result = run(tool("promtool"), "check", "config", "--syntax-only", path)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_every_query_of_the_dashboard_is_sound(self):
        rules = {
            "groups": [
                {
                    "name": "dashboard",
                    "rules": [
                        {"record": f"panel:{i}", "expr": e} for i, (_, e) in enumerate(QUERIES)
                    ],
                }
            ]
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "dashboard.yaml"
            path.write_text(yaml.safe_dump(rules))
            result = run(tool("promtool"), "check", "rules", path)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_panels_have_a_place_of_their_own_and_a_description(self):
        places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in PANELS]
        self.assertEqual(len(places), len(set(places)))
        for panel in PANELS:
            self.assertTrue(panel["description"], panel["title"])
            self.assertLessEqual(panel["gridPos"]["x"] + panel["gridPos"]["w"], 24)

    def test_every_alert_has_a_section_in_the_handbook_and_every_such_section_an_alert(self):
        text = (ROOT / "docs/operations.md").read_text()
        part = text.split("\n## Alerts\n", 1)[1].split("\n## ", 1)[0]
        self.assertEqual(
            set(re.findall(r"^### (\w+)$", part, re.M)), {rule["alert"] for rule in RULES}
        )
        for rule in RULES:
            self.assertEqual(
                rule["annotations"]["runbook"], f"docs/operations.md#{rule['alert'].lower()}"
            )


if __name__ == "__main__":
    unittest.main()
