"""The files, and the parts of files, that name the services: written from src/services.json by
infra/generate.py. A part begins with a line "# from src/services.json: NAME" and ends with
"# end of NAME"; what stands around it is written by hand."""

import json
import re
import sys
from pathlib import Path

INFRA = Path(__file__).resolve().parent
ROOT = INFRA.parent
NOTE = "# Written by infra/generate.py from {source}; edit that.\n"
# The program that makes the streams of NATS: it has an image and a user there, and no database, so it
# is no service.
STREAMS = "streams"
FIELDS = {
    "name", "about", "publishes", "listens", "observes", "api", "jobs", "internet", "internet_ports", "settings",
    "resources", "nouns", "signs_tokens", "elsewhere",
}  # fmt: skip
FIELDS_OF_SETTING = {"value", "secret", "optional", "compose_only", "about"}


def check(service):
    """Ends the program if a field is missing, or means nothing."""
    name = service.get("name", "a service")
    for field in ("name", "publishes", "listens"):
        if field not in service:
            sys.exit(f"services: {name} has no `{field}`")
    unknown = set(service) - FIELDS
    for setting in service.get("settings", {}).values():
        unknown |= set(setting) - FIELDS_OF_SETTING
    if unknown:
        sys.exit(
            f"services: {name} has a field `{min(unknown)}`, which docs/adding-a-service.md does not list"
        )


def read(file):
    found = json.loads(Path(file).read_text())["services"]
    for service in found:
        check(service)
    return found


_services = read(ROOT / "src/services.json")


def services():
    return _services


def add(file):
    """The services of another list: they are built elsewhere and run here."""
    for service in read(file):
        if not re.fullmatch(r"[a-z][a-z0-9]*", service["name"]):
            sys.exit(f"{file}: {service['name']} is no name for a database and a user")
        if service["name"] in [*names(), STREAMS]:
            sys.exit(f"{file}: there is a service {service['name']} already")
        _services.append({**service, "elsewhere": True})


def names(condition=None):
    return [service["name"] for service in services() if not condition or condition(service)]


def built_here():
    return names(lambda service: not service.get("elsewhere"))


def programs():
    return [*names(), STREAMS]


def with_images():
    return [*built_here(), STREAMS]


def with_api():
    return names(lambda service: service.get("api"))


def signer():
    return names(lambda service: service.get("signs_tokens"))[0]


def lines(template, them):
    return "".join(template.format(name=name) + "\n" for name in them)


# --- the part of each file about the services --------------------------------------------------


def shell_list():
    """For shell scripts: POSIX, no array."""
    sets = {
        "services": names(),
        "services_built_here": built_here(),
        "services_with_api": with_api(),
        "services_with_jobs": names(lambda service: service.get("jobs")),
        "programs_with_images": with_images(),
        "nats_users": [*programs(), "operator"],
    }
    return (
        NOTE.format(source="src/services.json")
        + "# shellcheck disable=SC2034\n"
        + "".join(f'{key}="{" ".join(them)}"\n' for key, them in sets.items())
    )


def images():
    return f"[{', '.join([*with_images(), 'client'])}]"


def peers(them):
    return (
        "["
        + ", ".join(
            f"{{ podSelector: {{ matchLabels: {{ app.kubernetes.io/name: {name} }} }} }}"
            for name in them
        )
        + "]"
    )


def policy(service):
    name = service["name"]
    callers = ["client"] if service.get("api") else []
    if name == signer():
        callers += [other for other in names() if other != name]
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n"
        f"  name: {name}\nspec:\n  podSelector: {{ matchLabels: {{ app.kubernetes.io/name: {name} }} }}\n"
        "  policyTypes: [Ingress, Egress]\n"
    )
    if callers:
        text += f"  ingress:\n    - from: {peers(callers)}\n      ports: [{{ port: 4000 }}]\n"
    reached = {"postgres": 5432, "nats": 4222}
    if service.get("jobs"):
        reached["redis"] = 6379
    if name != signer():
        reached[signer()] = 4000
    text += "  egress:\n" + "".join(
        f"    - to: {peers([other])}\n      ports: [{{ port: {port} }}]\n"
        for other, port in reached.items()
    )
    if service.get("internet"):
        text += (
            f"    - to:  # {service['internet']}\n"
            "        - ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16] }\n"
            f"      ports: [{', '.join(f'{{ port: {port} }}' for port in service.get('internet_ports', [443]))}]\n"
        )
    return text + "---\n"


def policy_parts():
    jobs = names(lambda service: service.get("jobs"))
    return {
        "API": f"    - to: {peers(with_api())}\n",
        "policies": "".join(policy(service) for service in services()),
        "users of postgres": f"    - from: {peers(names())}\n",
        "users of nats": f"    - from: {peers(programs())}\n",
        "users of redis": f"    - from: {peers(jobs)}\n",
    }


def api_pods_part():
    return {
        "API": f"      - {{ key: app.kubernetes.io/name, operator: In, values: [{', '.join(with_api())}] }}\n"
    }


DATABASE = """\
apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata:
  name: {name}
spec:
  name: {name}
  owner: {name}
  cluster: {{ name: postgres }}
  databaseReclaimPolicy: retain
"""


def databases():
    """One is made with the cluster."""
    return (
        NOTE.format(source="src/services.json")
        + f"# One database for each service; {names()[0]}'s is made with the cluster. Deleting an object here keeps the data.\n"
        + "---\n".join(DATABASE.format(name=name) for name in names()[1:])
    )


SKAFFOLD_IMAGE = """\
    - image: ticketing/{name}
      docker: {{ dockerfile: infra/docker/service.Dockerfile, buildArgs: {{ SERVICE: {name} }} }}
"""


def skaffold_parts():
    forward = "  - {{ resourceType: service, resourceName: {}, namespace: ticketing, port: 4000, localPort: {} }}\n"
    return {
        "images": "".join(SKAFFOLD_IMAGE.format(name=name) for name in with_images()),
        "ports": "".join(forward.format(name, 4001 + i) for i, name in enumerate(with_api())),
    }


def postgres_parts():
    return {
        "mounts": lines(
            "            - {{ name: {name}-database, mountPath: /credentials/{name}, readOnly: true }}",
            names(),
        ),
        "volumes": lines(
            "        - name: {name}-database\n          secret: {{ secretName: {name}-database }}",
            names(),
        ),
    }


def cluster_parts():
    role = "      - {{ name: {name}, ensure: present, login: true, passwordSecret: {{ name: {name}-database }} }}"
    first = names()[0]
    return {
        "first database": f"    initdb: {{ database: {first}, owner: {first}, secret: {{ name: {first}-database }} }}\n",
        "roles": lines(role, names()[1:]),
    }


def alert_parts():
    return {
        "jobs": f'        expr: up{{job=~"{"|".join(programs())}"}} == 0\n',
        "absent jobs": "        expr: "
        + " or ".join(f'absent(up{{job="{name}"}} == 1)' for name in programs())
        + "\n",
    }


def alert_test_parts():
    series = """      - {{ series: 'up{{job="{name}",instance="a"}}', values: "1x60" }}"""
    bad = "orders"  # the bad evening is its
    return {
        "all up": lines(series, programs()),
        "all up but one": lines(series, [name for name in programs() if name != bad]),
    }


def dashboard():
    """JSON has no comments to mark a part with."""
    text = (INFRA / "observability/dashboard.json").read_text()
    return re.sub(
        r'up\{job=~\\"[^"\\]*\\"\}', 'up{job=~\\\\"' + "|".join(programs()) + '\\\\"}', text
    )


def settings_parts():
    """The program `streams` has the events of this tree; these are the others."""
    elsewhere = [
        subject
        for service in services()
        if service.get("elsewhere")
        for subject in service["publishes"]
    ]
    return {
        "events of services that are built elsewhere": f"EXTRA_EVENT_SUBJECTS={','.join(elsewhere)}\n"
    }


def events_document():
    """Owners and listeners in the table; what a payload holds is written by hand."""
    text = (ROOT / "docs/events.md").read_text()
    owners = {
        subject: service["name"] for service in services() for subject in service["publishes"]
    }
    for subject, owner in owners.items():
        listeners = ", ".join(names(lambda service: subject in service["listens"]))
        row = re.compile(rf"^\| `{re.escape(subject)}` \|[^|\n]*\|([^|\n]*)\|[^|\n]*\|$", re.M)
        text = row.sub(
            lambda found: (
                f"| `{subject}` | {owner} |{found[1]}| {listeners + ' ' if listeners else ''}|"
            ),
            text,
        )
    return text


def with_parts(path, parts):
    """A file of which the given parts are written again."""

    def write():
        text = (ROOT / path).read_text()
        for name, body in parts().items():
            part = re.compile(
                rf"(^ *# from src/services.json: {re.escape(name)}\n).*?(^ *# end of {re.escape(name)}$)",
                re.M | re.S,
            )
            text, found = part.subn(lambda match: match[1] + body + match[2], text)
            assert found == 1, f'{path} has no part, or more than one, "{name}"'
        return text

    return write


PARTS = {
    ".github/workflows/images.yml": lambda: {"images": f"        name: {images()}\n"},
    ".github/workflows/scan.yml": lambda: {"images": f"        name: {images()}\n"},
    "skaffold.yaml": skaffold_parts,
    "infra/k8s/base/kustomization.yaml": lambda: {"services": lines("  - {name}.yaml", names())},
    "infra/k8s/base/network-policies.yaml": policy_parts,
    "infra/k8s/base/postgres.yaml": postgres_parts,
    "infra/k8s/base/settings.env": settings_parts,
    "infra/k8s/components/cloudnative-pg/cluster.yaml": cluster_parts,
    "infra/k8s/components/gateway/network-policies.yaml": api_pods_part,
    "infra/k8s/components/ingress/network-policies.yaml": api_pods_part,
    "infra/k8s/overlays/prod/kustomization.yaml": lambda: {
        "images": lines(
            "  - {{ name: ticketing/{name}, newName: ghcr.io/example/ticketing/{name}, newTag: latest }}",
            with_images(),
        )
    },
    "infra/observability/alerts.yaml": alert_parts,
    "infra/observability/alerts_test.yaml": alert_test_parts,
}

# File → what makes its text.
WRITTEN = {
    "infra/services.sh": shell_list,
    "infra/k8s/components/cloudnative-pg/databases.yaml": databases,
    "infra/observability/dashboard.json": dashboard,
    "docs/events.md": events_document,
    **{path: with_parts(path, parts) for path, parts in PARTS.items()},
}
