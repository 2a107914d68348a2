#!/usr/bin/env python3
"""Writes strict JSON schemas, one for each kind, for kubeconform: unknown fields are errors.

  build.py KUBERNETES_SCHEMAS CRD_DIR OWN_FILE OUT_DIR

KUBERNETES_SCHEMAS is the folder of one Kubernetes version in the PyPI package kubernetes-validate,
CRD_DIR holds what controller-gen wrote from published Go types, OWN_FILE (own.yaml) says which fields
are in use of the resources whose types no registry carries."""

import json
import sys
from pathlib import Path

import yaml


def strict(node):
    """Refuses what `properties` does not name."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    # A description is text; a field called so is a schema.
    result = {
        key: strict(value)
        for key, value in node.items()
        if not (key == "description" and isinstance(value, str))
    }
    if "properties" in result and "additionalProperties" not in result:
        if not result.get("x-kubernetes-preserve-unknown-fields"):
            result["additionalProperties"] = False
    if result.get("x-kubernetes-int-or-string"):
        result.pop("type", None)
        result.pop("anyOf", None)
        result["type"] = ["integer", "string"]
    return result


def local_references(node):
    if isinstance(node, list):
        return [local_references(item) for item in node]
    if isinstance(node, dict):
        return {
            key: value.split(".json", 1)[1]
            if key == "$ref" and ".json#" in value
            else local_references(value)
            for key, value in node.items()
        }
    return node


def reachable(schema, definitions):
    """The definitions that `schema` leads to: most kinds need a few of several hundred."""
    found, todo = {}, [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo.extend(node)
        elif isinstance(node, dict):
            target = node.get("$ref")
            if isinstance(target, str):
                name = target.rsplit("/", 1)[1]
                if name not in found:
                    found[name] = definitions[name]
                    todo.append(definitions[name])
            todo.extend(value for key, value in node.items() if key != "$ref")
    return found


def file_name(group, version, kind):
    # kubeconform calls the group of apiVersion v1 "v1".
    return f"{kind}-{group or version}-{version}.json".lower()


def read_definitions(folder):
    return local_references(strict(json.loads((folder / "_definitions.json").read_text())["$defs"]))


def kubernetes(definitions, out):
    count = 0
    for definition in definitions.values():
        for gvk in definition.get("x-kubernetes-group-version-kind", []):
            if not isinstance(definition.get("properties"), dict):
                continue
            schema = json.loads(json.dumps(definition))
            schema["required"] = sorted(
                {*schema.get("required", []), "apiVersion", "kind", "metadata"}
                & set(schema["properties"])
            )
            schema["$defs"] = reachable(schema, definitions)
            (out / file_name(gvk["group"], gvk["version"], gvk["kind"])).write_text(
                json.dumps(schema)
            )
            count += 1
    return count


def with_metadata(schema, definitions):
    """Custom resources leave to the API server what it knows of every object."""
    metadata = next(name for name in definitions if name.endswith("meta.v1.ObjectMeta"))
    schema["properties"]["metadata"] = {"$ref": f"#/$defs/{metadata}"}
    schema["required"] = sorted({*schema.get("required", []), "apiVersion", "kind", "metadata"})
    schema["$defs"] = reachable(schema["properties"]["metadata"], definitions)
    return json.dumps(schema)


def custom(folder, definitions, out):
    count = 0
    for path in sorted(folder.glob("*.yaml")):
        for crd in yaml.safe_load_all(path.read_text()):
            spec = crd["spec"]
            for version in spec["versions"]:
                schema = with_metadata(strict(version["schema"]["openAPIV3Schema"]), definitions)
                (out / file_name(spec["group"], version["name"], spec["names"]["kind"])).write_text(
                    schema
                )
                count += 1
    return count


def own(path, definitions, out):
    kinds = yaml.safe_load(path.read_text())
    for kind in kinds:
        schema = {
            "type": "object",
            "properties": {
                "apiVersion": {"type": "string"},
                "kind": {"type": "string"},
                "spec": strict(kind["spec"]),
            },
            "required": ["spec"],
        }
        schema["additionalProperties"] = False
        name = file_name(kind["group"], kind["version"], kind["kind"])
        (out / name).write_text(with_metadata(schema, definitions))
    return len(kinds)


def main():
    source, crds, mine, out = map(Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    definitions = read_definitions(source)
    counts = (
        kubernetes(definitions, out),
        custom(crds, definitions, out),
        own(mine, definitions, out),
    )
    print("%d kinds of Kubernetes, %d from Go types, %d of our own" % counts)


if __name__ == "__main__":
    main()
