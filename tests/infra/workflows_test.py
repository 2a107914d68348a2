"""The workflows: sound, with pinned actions and no more rights than they need; skaffold beside them."""

import os
import re
import shutil
import tempfile
import unittest
from pathlib import Path

import yaml

from project import INFRA, PROGRAMS, ROOT, render, run, tool

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


class Workflows(unittest.TestCase):
    def test_actionlint_finds_nothing(self):
        result = run(tool("actionlint"), *WORKFLOWS, cwd=ROOT)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_actionlint_finds_what_is_broken_on_purpose(self):
        broken = WORKFLOWS[0].read_text().replace("runs-on:", "run-on:", 1)
        result = run(tool("actionlint"), "-", input=broken, cwd=ROOT)
        self.assertNotEqual(result.returncode, 0)

    def test_every_action_of_others_is_pinned_to_a_commit_and_says_which_version_that_is(self):
        used = [
            line
            for path in WORKFLOWS
            for line in path.read_text().splitlines()
            if re.search(r"\buses:", line)
        ]
        others = [line for line in used if "./.github/" not in line]
        self.assertGreater(len(others), 5)
        for line in others:
            self.assertRegex(line, r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")

    def test_the_same_action_is_the_same_commit_everywhere(self):
        seen = {}
        for path in WORKFLOWS:
            for action, commit in re.findall(r"uses: ([\w./-]+)@([0-9a-f]{40})", path.read_text()):
                seen.setdefault(action, set()).add(commit)
        self.assertEqual({a: c for a, c in seen.items() if len(c) > 1}, {})

    def test_workflows_may_only_read_and_jobs_say_what_more_they_need(self):
        for path in WORKFLOWS:
            flow = yaml.safe_load(path.read_text())
            self.assertEqual(flow["permissions"], {"contents": "read"}, path.name)
            for name, job in flow["jobs"].items():
                self.assertTrue("timeout-minutes" in job or "uses" in job, f"{path.name} {name}")

    def test_no_expression_from_outside_reaches_a_shell(self):
        for path in WORKFLOWS:
            for job in yaml.safe_load(path.read_text())["jobs"].values():
                for step in job.get("steps", []):
                    self.assertNotIn("${{", step.get("run", ""), f"{path.name}: pass it by env")

    def test_images_are_built_for_every_service_and_the_client(self):
        flow = yaml.safe_load((ROOT / ".github/workflows/images.yml").read_text())
        self.assertEqual(flow["jobs"]["image"]["strategy"]["matrix"]["name"], [*PROGRAMS, "client"])


class Deployment(unittest.TestCase):
    def flow(self, name):
        return yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())["jobs"]

    def test_nothing_is_deployed_that_has_not_passed_the_tests(self):
        jobs = self.flow("images")
        self.assertEqual(jobs["test"]["uses"], "./.github/workflows/test.yml")
        self.assertEqual(jobs["image"]["needs"], "test")
        self.assertEqual(jobs["deploy"]["needs"], ["test", "image"])

    def test_where_an_image_comes_from_is_verified_before_it_is_applied(self):
        job = self.flow("deploy")["deploy"]
        steps = [step.get("run", "") for step in job["steps"]]
        verified = next(i for i, text in enumerate(steps) if "gh attestation verify" in text)
        applied = next(i for i, text in enumerate(steps) if "kubectl apply" in text)
        self.assertLess(verified, applied)
        self.assertIn("--signer-workflow", steps[verified])
        self.assertEqual(job["permissions"]["attestations"], "read")

    def test_every_image_is_applied_by_its_digest(self):
        """Runs the steps that fill digests in, with a registry that answers the same for every name."""
        steps = [
            s
            for s in self.flow("deploy")["deploy"]["steps"]
            if s.get("name", "").startswith("Fill in")
        ]
        self.assertEqual(len(steps), 2)
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            shutil.copytree(INFRA / "k8s", root / "infra/k8s")
            shutil.copy(INFRA / "services.sh", root / "infra")
            (root / "bin").mkdir()
            (root / "bin/docker").write_text(f"#!/bin/sh\necho sha256:{'a' * 64}\n")
            (root / "bin/docker").chmod(0o755)
            environment = {
                **os.environ,
                "PATH": f"{root}/bin:{os.environ['PATH']}",
                "RUNNER_TEMP": folder,
                "VERSION": "1",
                "REPOSITORY": "Owner/Shop",
                "SITE_HOST": "shop.example",
                "CERTIFICATE_MAIL": "mail@shop.example",
            }
            for step in steps:
                made = run(
                    "bash",
                    "-e",
                    "-c",
                    step["run"],
                    cwd=root / step["working-directory"],
                    env=environment,
                )
                self.assertEqual(made.returncode, 0, made.stderr)
            text = render(root / "infra/k8s/overlays/prod")
        images = re.findall(r"image(?:Name)?: (\S+)", text)
        self.assertGreater(len(images), 8)
        for image in images:
            self.assertRegex(image, r"@sha256:a{64}$")

    def test_what_is_used_is_scanned_by_schedule_with_a_pinned_scanner(self):
        text = (ROOT / ".github/workflows/scan.yml").read_text()
        self.assertIn("schedule:", text)
        self.assertEqual(len(set(re.findall(r"osv-scanner@(\S+)", text))), 1)
        self.assertRegex(text, r"osv-scanner@v\d+\.\d+\.\d+")
        self.assertEqual(
            self.flow("scan")["images"]["strategy"]["matrix"]["name"], [*PROGRAMS, "client"]
        )


class Skaffold(unittest.TestCase):
    config = yaml.safe_load((ROOT / "skaffold.yaml").read_text())

    def test_it_builds_what_the_dev_overlay_runs(self):
        self.assertEqual(self.config["manifests"]["kustomize"]["paths"], ["infra/k8s/overlays/dev"])
        built = {a["image"]: a["docker"] for a in self.config["build"]["artifacts"]}
        self.assertEqual(set(built), {f"ticketing/{name}" for name in [*PROGRAMS, "client"]})
        for name in PROGRAMS:
            self.assertEqual(built[f"ticketing/{name}"]["buildArgs"], {"SERVICE": name})
        for docker in built.values():
            self.assertTrue((ROOT / docker["dockerfile"]).exists())

    def test_the_stage_that_it_asks_for_exists_and_has_the_sources_where_it_puts_them(self):
        client = next(
            a for a in self.config["build"]["artifacts"] if a["image"] == "ticketing/client"
        )
        text = (INFRA / "docker/client.Dockerfile").read_text()
        self.assertIn(f"AS {client['docker']['target']}", text)
        for rule in client["sync"]["manual"]:
            self.assertTrue(rule["src"].startswith("client/"))
            self.assertIn(f"WORKDIR {rule['dest']}/client", text)


if __name__ == "__main__":
    unittest.main()
