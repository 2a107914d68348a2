"""What the checks of this folder share: where things are, and overlays as objects."""

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
TOOLS = ROOT / "build/tools"
DESCRIBED = json.loads((ROOT / "src/services.json").read_text())["services"]
SERVICES = [service["name"] for service in DESCRIBED]
BUILT_HERE = [service["name"] for service in DESCRIBED if not service.get("elsewhere")]
# The program that makes the streams on NATS: it has an image and a user there, and is no service.
STREAMS = "streams"
PROGRAMS = [*BUILT_HERE, STREAMS]  # that have images
WITH_API = [service["name"] for service in DESCRIBED if service.get("api")]
OVERLAYS = ["dev", "prod"]


def tool(name):
    path = TOOLS / "bin" / name
    found = str(path) if path.exists() else shutil.which(name)
    assert found, f"{name} is missing; tools/install-infra-tools installs it"
    return found


def run(*command, **options):
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, **options
    )


def render(folder):
    if shutil.which("kubectl"):
        result = run("kubectl", "kustomize", folder)
    else:
        result = run(tool("kustomize"), "build", folder)
    assert result.returncode == 0, result.stderr
    return result.stdout


@functools.cache
def rendered(overlay):
    """The overlay as kubectl would send it, as text."""
    return render(INFRA / "k8s/overlays" / overlay)


@functools.cache
def objects(overlay):
    return tuple(yaml.safe_load_all(rendered(overlay)))


def of_kind(overlay, *kinds):
    return {o["metadata"]["name"]: o for o in objects(overlay) if o["kind"] in kinds}


def validate(text):
    """Checks manifests strictly; returns kubeconform's exit code and words."""
    schemas = TOOLS / "schemas/{{ .ResourceKind }}-{{ .Group }}-{{ .ResourceAPIVersion }}.json"
    result = run(
        tool("kubeconform"), "-strict", "-summary", "-schema-location", schemas, "-", input=text
    )
    return result.returncode, result.stdout + result.stderr


def built_program(name):
    """A program of a build of this tree, or None. TICKETING_BIN says where to look first."""
    places = [Path(os.environ["TICKETING_BIN"])] if "TICKETING_BIN" in os.environ else []
    places += [ROOT / "build/release/bin", *sorted(ROOT.glob("build/*/bin"))]
    return next((place / name for place in places if (place / name).exists()), None)


def report(checks, faults=()):
    """Prints what was checked, what a fault said, and the closing line; gives the exit code."""
    for what, ok in checks.items():
        print(f"{'ok' if ok else 'FAILED'}: {what}")
    for fault in faults:
        print("   ", fault)
    good = sum(checks.values())
    print(f"{good} passed, {len(checks) - good} failed")
    return 0 if good == len(checks) else 1
