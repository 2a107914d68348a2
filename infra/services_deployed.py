"""What runs the services: compose.yaml and the manifests of Kubernetes, written from
src/services.json by infra/generate.py. docs/adding-a-service.md says what each field is for."""

from string import Template

from services_written import (
    NOTE,
    ROOT,
    STREAMS,
    lines,
    names,
    services,
    signer,
    with_api,
    with_parts,
)

TEMPLATE = "infra/k8s/service.yaml.template"
KEY_SET = "http://{}:4000/.well-known/jwks.json"
RESOURCES = {"cpu": "100m", "memory": "64Mi", "memory_max": "256Mi"}


def comment(text):
    return f"  # {text}" if text else ""


def needs_key_set(service):
    return service["name"] != signer()


# --- Kubernetes --------------------------------------------------------------------------------


def from_secret(variable, secret, key, optional=False):
    more = ", optional: true" if optional else ""
    return (
        f"            - name: {variable}\n"
        f"              valueFrom: {{ secretKeyRef: {{ name: {secret}, key: {key}{more} }} }}\n"
    )


def variable(name, setting):
    if "secret" in setting:
        return from_secret(name, setting["secret"], name, setting.get("optional"))
    return f'            - {{ name: {name}, value: "{setting["value"]}" }}{comment(setting.get("about"))}\n'


def variables(service):
    text = ""
    if needs_key_set(service):
        text += variable("AUTH_JWKS_URL", {"value": KEY_SET.format(signer())})
    if service.get("jobs"):
        text += from_secret("REDIS_URL", "redis-credentials", "url")
    text += "".join(
        variable(name, setting)
        for name, setting in service.get("settings", {}).items()
        if not setting.get("compose_only")
    )
    return text.removesuffix("\n")


def objects(service):
    template = Template((ROOT / TEMPLATE).read_text())
    resources = {**RESOURCES, **service.get("resources", {})}
    return NOTE.format(source=f"src/services.json and {TEMPLATE}") + template.substitute(
        name=service["name"],
        about=": ".join(service[field] for field in ("name", "about") if field in service),
        settings=variables(service),
        cpu=resources["cpu"],
        memory=resources["memory"],
        memory_max=resources["memory_max"],
        memory_why=comment(resources.get("about")),
    )


# --- compose.yaml ------------------------------------------------------------------------------


def file_of(name):
    return name.lower().replace("_", "-")


def secrets(service):
    """The names of its files, by the variable that has the path of each."""
    files = {
        f"{name}_URL": f"{service['name']}-{name.lower()}-url" for name in ("DATABASE", "NATS")
    }
    if service.get("jobs"):
        files["REDIS_URL"] = "redis-url"
    return files | {
        name: file_of(name)
        for name, setting in service.get("settings", {}).items()
        if "secret" in setting
    }


def environment(service):
    lines = [f"{name}_FILE: /run/secrets/{file}" for name, file in secrets(service).items()]
    if needs_key_set(service):
        lines.append(f"AUTH_JWKS_URL: {KEY_SET.format(signer())}")
    lines += [
        f'{name}: "${{{name}:-{setting["value"]}}}"{comment(setting.get("about"))}'
        for name, setting in service.get("settings", {}).items()
        if "value" in setting
    ]
    return "".join(f"      {line}\n" for line in lines)


def stanza(service):
    name = service["name"]
    text = f"  {name}:\n    <<: *service\n    image: ticketing/{name}\n"
    if not service.get("elsewhere"):
        text += (
            "    build: { context: ., dockerfile: infra/docker/service.Dockerfile, "
            f"args: {{ SERVICE: {name} }} }}\n"
        )
    text += f"    environment:\n{environment(service)}"
    text += f"    secrets: [{', '.join(secrets(service).values())}, *authority]\n"
    memory = service.get("resources", {}).get("memory_max", "").removesuffix("i")
    if memory and int(memory.removesuffix("M")) > 256:  # of x-service
        limits = f'{{ cpus: "1", memory: {memory}, pids: 200 }}'
        text += f"    deploy: {{ resources: {{ limits: {limits} }} }}\n"
    if service.get("jobs"):
        text += "    depends_on:\n      <<: *stores\n      redis: { condition: service_healthy }\n"
    if service.get("internet"):
        text += f"    networks: [inside, outside]{comment(service['internet'])}\n"
    return text


STORED = ["database-password", "database-url", "nats-url"]


def compose_parts():
    return {
        "services": "\n".join(stanza(service) for service in services()),
        "services with an API": lines(
            "      {name}: {{ condition: service_healthy, restart: true }}", with_api()
        ),
        "passwords of databases": lines(
            "      - {{ source: {name}-database-password, target: /credentials/{name}/password }}",
            names(),
        ),
        "secrets of services": "".join(
            f"  {name}-{secret}: {{ file: secrets/{name}-{secret} }}\n"
            for name in names()
            for secret in STORED
        )
        + f"  {STREAMS}-nats-url: {{ file: secrets/{STREAMS}-nats-url }}\n",
    }


def written():
    """File → what makes its text."""
    return {
        "compose.yaml": with_parts("compose.yaml", compose_parts),
        **{
            f"infra/k8s/base/{service['name']}.yaml": lambda service=service: objects(service)
            for service in services()
        },
    }
