"""compose.yaml: how Docker Compose reads it, and that it agrees with the manifests."""

import json
import re
import unittest

import yaml

from project import INFRA, PROGRAMS, ROOT, SERVICES, STREAMS, of_kind, run, tool

PROJECT = json.loads(run(tool("compose-config"), ROOT / "compose.yaml").stdout or "{}")
CONTAINERS = PROJECT.get("services", {})


def deployment(name):
    return of_kind("prod", "Deployment")[name]["spec"]["template"]["spec"]["containers"][0]


class Compose(unittest.TestCase):
    def test_docker_compose_would_read_it(self):
        result = run(tool("compose-config"), ROOT / "compose.yaml")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertLess(
            {*PROGRAMS, "client", "nginx", "postgres", "nats", "redis"}, set(CONTAINERS)
        )

    def test_a_misspelt_field_is_found(self):
        broken = (
            (ROOT / "compose.yaml").read_text().replace("  read_only: true", "  readonly: true", 1)
        )
        path = ROOT / "compose.broken.yaml"
        self.addCleanup(path.unlink)
        path.write_text(broken)
        self.assertNotEqual(run(tool("compose-config"), path).returncode, 0)

    def test_no_container_can_become_root_or_write_where_it_should_not_and_each_has_limits(self):
        for name, container in CONTAINERS.items():
            with self.subTest(name):
                self.assertIs(container["read_only"], True)
                self.assertEqual(container["cap_drop"], ["ALL"])
                self.assertEqual(container["security_opt"], ["no-new-privileges:true"])
                self.assertEqual(
                    set(container["deploy"]["resources"]["limits"]), {"cpus", "memory", "pids"}
                )
                if name != "nats-volume":  # gives the volume away, and ends
                    self.assertNotEqual(container["user"].split(":")[0], "0")
                    self.assertIn("healthcheck", container)

    def test_images_from_elsewhere_are_those_of_the_manifests(self):
        manifest = yaml.safe_load((INFRA / "k8s/base/kustomization.yaml").read_text())["images"]
        known = {f"{i['name']}:{i['newTag']}" for i in manifest}
        used = {c["image"] for c in CONTAINERS.values() if not c["image"].startswith("ticketing/")}
        self.assertEqual(used, known)

    def test_services_get_the_variables_of_the_manifests(self):
        for name in PROGRAMS:
            told = {
                v.removesuffix("_FILE") if v != "STORES_CA_FILE" else v
                for v in CONTAINERS[name]["environment"]
            }
            settings = next(
                o["data"]
                for n, o in of_kind("prod", "ConfigMap").items()
                if n.startswith("service-settings")
            )
            manifest = {e["name"] for e in deployment(name)["env"]} | set(settings)
            self.assertEqual(told - manifest - {"ALLOW_SANDBOX"}, set(), name)
            self.assertEqual(manifest - told, {"NATS_REPLICAS"}, name)

    def test_memory_and_stopping_are_those_of_the_manifests(self):
        for name in [*PROGRAMS, "client"]:
            limit = deployment(name)["resources"]["limits"]["memory"]
            at_least = int(re.match(r"\d+", limit)[0]) << 20
            self.assertGreaterEqual(
                int(CONTAINERS[name]["deploy"]["resources"]["limits"]["memory"]), at_least
            )

    def test_every_secret_is_a_file_that_the_script_makes_and_no_value_stands_here(self):
        script = (INFRA / "create-secrets").read_text()
        for name, secret in PROJECT["secrets"].items():
            self.assertIn("/secrets/", secret["file"], name)
            file = secret["file"].rsplit("/", 1)[1]
            patterns = [
                re.sub(rf"^({'|'.join([*SERVICES, STREAMS])})-", f"${of}-", file)
                for of in ("service", "user")
            ]
            self.assertTrue(any(text in script for text in [file, *patterns]), file)
        for name, container in CONTAINERS.items():
            for variable, value in (container.get("environment") or {}).items():
                if (
                    re.search(r"KEY|SECRET|PASSWORD|TOKEN|URL", variable)
                    and value
                    and "PUBLISHABLE" not in variable
                ):
                    without_password = r"^(/run/secrets/|https?://[^@]*$)"
                    self.assertRegex(value, without_password, f"{name} {variable}")


if __name__ == "__main__":
    unittest.main()
