"""The manifests: every object is valid for a current Kubernetes, and every workload is hardened."""

import os
import re
import shutil
import tempfile
import unittest
from pathlib import Path

import yaml

from project import (
    DESCRIBED,
    INFRA,
    OVERLAYS,
    ROOT,
    SERVICES,
    STREAMS,
    objects,
    of_kind,
    render,
    rendered,
    run,
    tool,
    validate,
)


def workloads(overlay):
    return {
        name: o["spec"]["template"]["spec"]
        for name, o in of_kind(overlay, "Deployment", "StatefulSet").items()
    }


def containers(pod):
    return [*pod.get("initContainers", []), *pod["containers"]]


def secrets_of(node):
    """The names of the secrets that a part of a manifest mentions."""
    if isinstance(node, list):
        return set().union(*map(secrets_of, node))
    if not isinstance(node, dict):
        return set()
    found = set().union(*map(secrets_of, node.values()))
    found |= {
        node[key] for key in ("secretName", "serverCASecret", "serverTLSSecret") if key in node
    }
    return found | {
        node[key]["name"]
        for key in ("secretKeyRef", "secret", "passwordSecret")
        if "name" in node.get(key, {})
    }


class Manifests(unittest.TestCase):
    def test_every_object_of_every_overlay_is_valid_and_has_no_unknown_field(self):
        for overlay in OVERLAYS:
            with self.subTest(overlay):
                code, words = validate(rendered(overlay))
                self.assertEqual(code, 0, words)
                self.assertRegex(
                    words, rf"Valid: {len(objects(overlay))}, Invalid: 0, Errors: 0, Skipped: 0"
                )

    def test_the_secrets_of_the_script_are_valid(self):
        made = run(INFRA / "create-secrets", "--print", "--tls", "ticketing.dev")
        code, words = validate(made.stdout)
        self.assertEqual((made.returncode, code), (0, 0), made.stderr + words)

    def test_prod_can_be_routed_by_an_ingress_just_as_well(self):
        source = (INFRA / "k8s/overlays/prod/kustomization.yaml").read_text()
        self.assertIn("../../components/gateway", source)
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "k8s"
            shutil.copytree(INFRA / "k8s", copy)
            (copy / "overlays/prod/kustomization.yaml").write_text(
                source.replace("components/gateway", "components/ingress")
            )
            text = render(copy / "overlays/prod")
        code, words = validate(text)
        self.assertEqual(code, 0, words)
        hosts = [
            o["spec"]["rules"][0]["host"]
            for o in yaml.safe_load_all(text)
            if o["kind"] == "Ingress"
        ]
        written = list(
            yaml.safe_load_all((INFRA / "k8s/components/ingress/ingress.yaml").read_text())
        )
        self.assertEqual(
            hosts, [of_kind("prod", "ConfigMap")["site"]["data"]["host"]] * len(written)
        )

    def test_what_is_broken_on_purpose_is_refused(self):
        def broken(kind, name, overlay, change):
            found = yaml.safe_load(yaml.safe_dump(of_kind(overlay, kind)[name]))
            change(found)
            return yaml.safe_dump(found)

        def container(o):
            return o["spec"]["template"]["spec"]["containers"][0]

        cases = {
            "a misspelt field of a container": broken(
                "Deployment", "orders", "prod", lambda o: container(o).update(livenessprobe={})
            ),
            "a misspelt field deep in a probe": broken(
                "Deployment",
                "orders",
                "prod",
                lambda o: container(o)["livenessProbe"].update(periodSecond=3),
            ),
            "a number where text belongs": broken(
                "Deployment", "orders", "prod", lambda o: container(o).update(image=7)
            ),
            "a missing selector": broken(
                "Deployment", "orders", "prod", lambda o: o["spec"].pop("selector")
            ),
            "an unknown API version": broken(
                "Deployment", "orders", "prod", lambda o: o.update(apiVersion="apps/v1beta1")
            ),
            "a port that is no port": broken(
                "NetworkPolicy",
                "orders",
                "prod",
                lambda o: o["spec"]["egress"][0]["ports"][0].update(prt=1),
            ),
            "an unknown match of a route": broken(
                "HTTPRoute",
                "ticketing",
                "prod",
                lambda o: o["spec"]["rules"][0]["matches"][0]["path"].update(type="Prefix"),
            ),
            "a certificate without a secret": broken(
                "Certificate", "ticketing", "prod", lambda o: o["spec"].pop("secretName")
            ),
            "a misspelt field of the gateway": broken(
                "Gateway", "ticketing", "prod", lambda o: o["spec"].update(gatewayClass="cilium")
            ),
            "a misspelt field of the database cluster": broken(
                "Cluster", "postgres", "prod", lambda o: o["spec"].update(instance=3)
            ),
            "an unknown entity of Cilium": broken(
                "CiliumNetworkPolicy",
                "from-gateway-to-client",
                "prod",
                lambda o: o["spec"]["ingress"][0].update(fromEntities=["gateway"]),
            ),
            "a misspelt field of an alert": broken(
                "PrometheusRule",
                "ticketing",
                "prod",
                lambda o: o["spec"]["groups"][0]["rules"][0].update(expression="1"),
            ),
            "a misspelt field of the monitor": broken(
                "PodMonitor", "ticketing", "prod", lambda o: o["spec"].update(podMetricsEndpoint=[])
            ),
        }
        for name, text in cases.items():
            with self.subTest(name):
                code, words = validate(text)
                self.assertNotEqual(code, 0, f"{name} passed: {words}")

    def test_no_name_of_a_placeholder_is_left(self):
        for overlay in OVERLAYS:
            self.assertNotRegex(rendered(overlay), r"(host|mail)\.of\.the\.site")

    def test_the_name_of_the_site_stands_in_one_place(self):
        host = of_kind("prod", "ConfigMap")["site"]["data"]["host"]
        lines = [p for p in (INFRA / "k8s").rglob("*.yaml") if host in p.read_text()]
        self.assertEqual(
            [p.relative_to(INFRA).as_posix() for p in lines], ["k8s/overlays/prod/site.yaml"]
        )
        self.assertEqual(of_kind("prod", "HTTPRoute")["ticketing"]["spec"]["hostnames"], [host])
        self.assertEqual(of_kind("prod", "Certificate")["ticketing"]["spec"]["dnsNames"], [host])
        self.assertEqual(
            {l["hostname"] for l in of_kind("prod", "Gateway")["ticketing"]["spec"]["listeners"]},
            {host},
        )

    def test_generated_files_are_current(self):
        result = run(INFRA / "generate.py", "--check")
        self.assertEqual(result.returncode, 0, result.stderr)


class Workloads(unittest.TestCase):
    def test_no_container_can_become_root_or_write_where_it_should_not(self):
        for overlay in OVERLAYS:
            for name, pod in workloads(overlay).items():
                with self.subTest(overlay=overlay, workload=name):
                    self.assertTrue(pod["securityContext"]["runAsNonRoot"])
                    self.assertGreater(pod["securityContext"]["runAsUser"], 0)
                    self.assertEqual(
                        pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"}
                    )
                    self.assertIs(pod["automountServiceAccountToken"], False)
                    for container in containers(pod):
                        context = container["securityContext"]
                        self.assertIs(context["allowPrivilegeEscalation"], False)
                        self.assertIs(context["privileged"], False)
                        self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
                        # Next's development server compiles beside its sources.
                        writes = overlay == "dev" and container["name"] == "client"
                        self.assertIs(context["readOnlyRootFilesystem"], not writes)

    def test_every_container_has_requests_limits_and_a_probe_of_its_start(self):
        for overlay in OVERLAYS:
            for name, pod in workloads(overlay).items():
                for container in containers(pod):
                    with self.subTest(overlay=overlay, workload=name, container=container["name"]):
                        for amounts in ("requests", "limits"):
                            self.assertEqual(
                                set(container["resources"][amounts]), {"cpu", "memory"}
                            )
                        self.assertIn("startupProbe", container)
                for container in pod["containers"]:
                    self.assertIn("readinessProbe", container)
                    self.assertIn("livenessProbe", container)

    def test_every_service_has_its_own_account_scaling_and_disruption_budget(self):
        for overlay in OVERLAYS:
            for name in [*SERVICES, "client"]:
                with self.subTest(overlay=overlay, service=name):
                    for kind in (
                        "Deployment",
                        "Service",
                        "ServiceAccount",
                        "HorizontalPodAutoscaler",
                        "PodDisruptionBudget",
                        "NetworkPolicy",
                    ):
                        self.assertIn(name, of_kind(overlay, kind))
                    self.assertEqual(workloads(overlay)[name]["serviceAccountName"], name)
                    self.assertNotIn("replicas", of_kind(overlay, "Deployment")[name]["spec"])

    def test_dev_runs_one_of_each_and_prod_at_least_two(self):
        for overlay, least in [("dev", 1), ("prod", 2)]:
            for scaler in of_kind(overlay, "HorizontalPodAutoscaler").values():
                self.assertEqual(scaler["spec"]["minReplicas"], least)

    def test_a_replica_leaves_its_service_before_it_stops_and_has_time_to_finish(self):
        for name in [*SERVICES, "client"]:
            pod = workloads("prod")[name]
            rest = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
            drain_seconds = 20  # runtime/host.cpp
            self.assertGreaterEqual(
                pod["terminationGracePeriodSeconds"],
                rest + drain_seconds if name != "client" else rest + 5,
            )
            self.assertEqual(
                of_kind("prod", "Deployment")[name]["spec"]["strategy"]["rollingUpdate"][
                    "maxUnavailable"
                ],
                0,
            )

    def test_only_programs_that_need_a_secret_get_it(self):
        wanted = {
            **{
                s["name"]: {
                    f"{s['name']}-database",
                    f"{s['name']}-nats",
                    "stores-ca",
                    *(["redis-credentials"] if s.get("jobs") else []),
                    *(x["secret"] for x in s.get("settings", {}).values() if "secret" in x),
                }
                for s in DESCRIBED
            },
            STREAMS: {f"{STREAMS}-nats", "stores-ca"},
            "client": {"stripe-secret"},
            "nats": {"nats-credentials", "nats-tls"},
            "redis": {"redis-credentials", "redis-tls"},
        }
        for name, secrets in wanted.items():
            used = secrets_of(workloads("prod")[name])
            self.assertEqual(used, secrets, name)

    def test_every_secret_that_is_used_is_made_by_the_script_or_named_in_the_handbook(self):
        made = {
            s["metadata"]["name"]
            for s in yaml.safe_load_all(
                run(INFRA / "create-secrets", "--print", "--tls", "x.example").stdout
            )
            if s
        }
        handbook = (ROOT / "docs/operations.md").read_text()
        for overlay in OVERLAYS:
            used = secrets_of([*workloads(overlay).values(), of_kind(overlay, "Cluster")])
            for name in used - made:
                self.assertIn(f"create secret generic {name} ", handbook, overlay)

    def test_services_get_only_the_variables_that_they_read(self):
        source = "".join(
            p.read_text() for p in (ROOT / "src").rglob("*.cpp") if not p.name.endswith("_test.cpp")
        )
        known = set(re.findall(r'"([A-Z][A-Z_]+)"', source))
        for overlay in OVERLAYS:
            told = {
                e["name"]
                for s in [*SERVICES, STREAMS]
                for e in workloads(overlay)[s]["containers"][0]["env"]
            }
            told |= next(
                set(o["data"])
                for name, o in of_kind(overlay, "ConfigMap").items()
                if name.startswith("service-settings")
            )
            self.assertEqual(told - known, set(), overlay)

    def test_no_secret_has_a_value_in_the_repository(self):
        for overlay in OVERLAYS:
            self.assertEqual(of_kind(overlay, "Secret"), {})


class Stores(unittest.TestCase):
    def config(self, overlay, prefix, key):
        return next(
            o["data"][key]
            for name, o in of_kind(overlay, "ConfigMap").items()
            if name.startswith(prefix)
        )

    def test_nats_is_new_enough_to_sync_every_message_and_does(self):
        for overlay in OVERLAYS:
            image = workloads(overlay)["nats"]["containers"][0]["image"]
            self.assertGreaterEqual(
                tuple(map(int, re.match(r"nats:(\d+)\.(\d+)\.", image).groups())), (2, 12)
            )
            self.assertIn("sync_interval: always", self.config(overlay, "nats-config", "nats.conf"))

    def test_nats_accepts_its_own_configuration(self):
        for overlay in OVERLAYS:
            with self.subTest(overlay), tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "etc/nats").mkdir(parents=True)
                (Path(folder) / "credentials").mkdir()
                (Path(folder) / "etc/nats/nats.conf").write_text(
                    self.config(overlay, "nats-config", "nats.conf")
                )
                documents = yaml.safe_load_all(run(INFRA / "create-secrets", "--print").stdout)
                secrets = {s["metadata"]["name"]: s["stringData"] for s in documents if s}
                for name in ("nats-credentials", "nats-tls"):
                    for key, value in secrets[name].items():
                        (Path(folder) / "credentials" / key).write_text(value)
                config = Path(folder) / "etc/nats/nats.conf"
                config.write_text(
                    config.read_text().replace(" /credentials/", f" {folder}/credentials/")
                )
                environment = {**os.environ, "SERVER_NAME": "nats-0"}
                result = run(
                    tool("nats-server"), "-t", "-c", f"{folder}/etc/nats/nats.conf", env=environment
                )
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_prod_has_three_nats_servers_and_as_many_copies_of_each_stream(self):
        self.assertEqual(of_kind("prod", "StatefulSet")["nats"]["spec"]["replicas"], 3)
        self.assertEqual(self.config("prod", "service-settings", "NATS_REPLICAS"), "3")

    def test_each_service_has_a_database_and_a_user_of_its_own(self):
        for service in SERVICES:
            for overlay in OVERLAYS:
                urls = [
                    e["valueFrom"]["secretKeyRef"]["name"]
                    for e in workloads(overlay)[service]["containers"][0]["env"]
                    if e["name"] == "DATABASE_URL"
                ]
                self.assertEqual(urls, [f"{service}-database"])
        cluster = of_kind("prod", "Cluster")["postgres"]["spec"]
        roles = {r["name"] for r in cluster["managed"]["roles"]} | {
            cluster["bootstrap"]["initdb"]["owner"]
        }
        databases = {
            d["spec"]["name"]: d["spec"]["owner"] for d in of_kind("prod", "Database").values()
        }
        self.assertEqual(roles, set(SERVICES))
        self.assertEqual({**databases, SERVICES[0]: SERVICES[0]}, {s: s for s in SERVICES})
        postgres = of_kind("dev", "StatefulSet")["postgres"]["spec"]["template"]["spec"][
            "containers"
        ][0]
        mounted = {
            m["mountPath"]
            for m in postgres["volumeMounts"]
            if m["mountPath"].startswith("/credentials/")
        }
        self.assertEqual(mounted, {f"/credentials/{name}" for name in [*SERVICES, "tls"]})
        self.assertIn(
            "for file in /credentials/*/password",
            self.config("dev", "postgres-init", "create-databases.sh"),
        )

    def test_redis_writes_its_jobs_to_disk_and_evicts_none(self):
        config = self.config("prod", "redis-config", "redis.conf")
        self.assertIn("appendonly yes", config)
        self.assertIn("maxmemory-policy noeviction", config)

    def test_every_store_keeps_its_data_on_a_volume(self):
        for name, store in of_kind("dev", "StatefulSet").items():
            self.assertEqual(
                [v["metadata"]["name"] for v in store["spec"]["volumeClaimTemplates"]],
                ["data"],
                name,
            )

    def test_every_image_from_elsewhere_is_pinned_to_a_version(self):
        for overlay in OVERLAYS:
            for pod in workloads(overlay).values():
                for container in containers(pod):
                    if "ticketing/" not in container["image"]:
                        self.assertRegex(container["image"], r":\d")


if __name__ == "__main__":
    unittest.main()
