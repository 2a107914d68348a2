#!/usr/bin/env python3
"""Writes what can be said once: the route table as nginx, Ingress and HTTPRoute (from routes.json),
and the alert rules as a PrometheusRule (from observability/alerts.yaml).

  infra/generate.py            writes the files
  infra/generate.py --check    fails when one of them is not what would be written
"""

import json
import re
import sys
from pathlib import Path

INFRA = Path(__file__).resolve().parent
SERVICES = ["auth", "tickets", "orders", "payments"]
PORTS = {"client": 3000}  # all others: 4000
NOTE = "# Written by infra/generate.py from infra/{source}; edit that.\n"


def routes():
    return json.loads((INFRA / "routes.json").read_text())["routes"]


def regex(route):
    """The path as a regular expression that RE2 and PCRE read alike, without its leading ^."""
    path = re.sub(r":\w+", "[^/]+", route["path"].replace(".", r"\."))
    if route["match"] == "prefix":
        return path if path == "/" else path + "(/|$)"
    return path + "$"


# --- nginx -------------------------------------------------------------------------------------

NGINX_HEAD = """\
worker_processes {workers};
worker_rlimit_nofile 8192;
pid {run_dir}/nginx.pid;
error_log stderr warn;

events {{ worker_connections 4096; }}

http {{
  access_log off;
  server_tokens off;
  client_body_temp_path {run_dir}/client_body;
  proxy_temp_path {run_dir}/proxy;
  fastcgi_temp_path {run_dir}/fastcgi;
  uwsgi_temp_path {run_dir}/uwsgi;
  scgi_temp_path {run_dir}/scgi;

  # Limits on size are the services' own (docs/api.md); here only what would cut them short.
  large_client_header_buffers 8 16k;
  client_max_body_size 1m;
  # Nothing goes through a file: the workers may run as a user who may not reach the folder.
  client_body_buffer_size 1m;
  proxy_max_temp_file_size 0;
  client_header_timeout 10s;
  client_body_timeout 20s;
  merge_slashes off;

  proxy_http_version 1.1;
  proxy_connect_timeout 2s;
  proxy_read_timeout 30s;
  # A request that was sent is not sent again unless it is safe to; one that never left is.
  proxy_next_upstream error timeout;
  proxy_next_upstream_tries 3;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Forwarded-Proto {proto};
  proxy_set_header X-Forwarded-For {forwarded_for};
"""

# What the sidecar of the client is told about the caller has the address of the proxy that called
# the client at its end. The services believe one hop, so that address goes.
SIDECAR_MAP = """
  map $http_x_forwarded_for $caller {
    "~^(?<before>.*), *[^,]+$" $before;
    default $http_x_forwarded_for;
  }
"""

# What nginx answers by itself, in the form and the words that the API would use: slug → status, its phrase (RFC 9110), detail.
REFUSALS = {
    "unavailable": (503, "Service Unavailable", "The service cannot be reached right now."),
    "outcome_unknown": (503, "Service Unavailable", "It is not known whether this was done. Send it again with the same Idempotency-Key."),
    "malformed_request": (400, "Bad Request", "The request is malformed."),
    "body_too_large": (413, "Content Too Large", "The body is over 65536 bytes."),
    "uri_too_long": (414, "URI Too Long", "The request line is too long."),
    "headers_too_large": (431, "Request Header Fields Too Large", "The header fields are too large."),
}


def nginx_refusal(slug):
    status, title, detail = REFUSALS[slug]
    problem = {"type": f"/problems/{slug}", "title": title, "status": status, "slug": slug,
               "detail": detail, "errors": [{"message": detail}]}
    return f"return {status} '{json.dumps(problem, separators=(',', ':'))}';"


def nginx_refusals():
    text = f"""
    # What nginx answers by itself, in the form that the API has. A connection that was lost may have
    # carried a change.
    error_page 502 504 = @unreachable;
    location @unreachable {{
      default_type application/problem+json;
      add_header Retry-After 2 always;
      if ($request_method !~ ^(GET|HEAD|OPTIONS)$) {{ {nginx_refusal("outcome_unknown")} }}
      {nginx_refusal("unavailable")}
    }}
"""
    # A request line that could not be read has no URI, which a named location would need.
    for code, slug in ((400, "malformed_request"), (413, "body_too_large"), (414, "uri_too_long"), (494, "headers_too_large")):
        text += f"""\
    error_page {code} = /refusals/{slug};
    location = /refusals/{slug} {{
      internal;
      default_type application/problem+json;
      {nginx_refusal(slug)}
    }}
"""
    return text + "\n"


def nginx_location(route):
    if route["match"] == "exact":
        head = f"location = {route['path']}"
    elif route["path"] == "/":
        head = "location /"
    else:
        head = f"location ~ ^{regex(route)}"
    stream = " proxy_buffering off; proxy_read_timeout 1h;" if route.get("stream") else ""
    return f"    {head} {{ proxy_pass http://{route['to']};{stream} }}\n"


def nginx(listen, run_dir, servers, table, workers, sidecar=False):
    head = NGINX_HEAD.format(
        run_dir=run_dir,
        workers=workers,
        proto="$http_x_forwarded_proto" if sidecar else "$scheme",
        forwarded_for="$caller" if sidecar else "$proxy_add_x_forwarded_for",
    )
    text = NOTE.format(source="routes.json") + head + (SIDECAR_MAP if sidecar else "")
    for name, addresses in servers.items():
        text += f"\n  upstream {name} {{ {addresses} keepalive 64; }}"
    text += f"\n\n  server {{\n    listen {listen};\n" + nginx_refusals()
    text += "".join(nginx_location(route) for route in table)
    if sidecar:
        text += "    location = /healthz { return 200; }\n    location / { return 404; }\n"
    return text + "  }\n}\n"


def nginx_template():
    servers = {name: "${%s_SERVERS}" % name.upper() for name in SERVICES + ["client"]}
    return nginx("${LISTEN}", "${RUN_DIR}", servers, routes(), "auto")


def nginx_sidecar():
    """The door to the API that server-rendered pages use: in the client's pod, on loopback."""
    servers = {name: f"server {name}:4000 max_fails=0;" for name in SERVICES}
    table = [route for route in routes() if route["to"] != "client"]
    return nginx("127.0.0.1:4000", "/tmp", servers, table, 1, sidecar=True)


# --- Kubernetes --------------------------------------------------------------------------------


def port(service):
    return PORTS.get(service, 4000)


def ingress_path(route):
    return (
        f"          - path: '{regex(route)}'\n"
        "            pathType: ImplementationSpecific\n"
        f"            backend: {{ service: {{ name: {route['to']}, port: {{ number: {port(route['to'])} }} }} }}\n"
    )


def ingress_object(name, table, annotations):
    lines = "".join(f'    {key}: "{value}"\n' for key, value in annotations.items())
    return (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n"
        f"  name: {name}\n  annotations:\n{lines}"
        "spec:\n  ingressClassName: nginx\n"
        "  tls: [{ hosts: [host.of.the.site], secretName: ticketing-tls }]\n"
        "  rules:\n    - host: host.of.the.site\n      http:\n        paths:\n"
        + "".join(ingress_path(route) for route in table)
    )


def ingress():
    """Two objects, because annotations hold for a whole one. Paths are regular expressions: the
    controller tries the longest first."""
    prefix = "nginx.ingress.kubernetes.io/"
    common = {prefix + "use-regex": "true", prefix + "ssl-redirect": "true"}
    streams = {**common, prefix + "proxy-buffering": "off", prefix + "proxy-read-timeout": "3600"}
    # Not sent twice unless it is safe to.
    others = {**common, prefix + "proxy-next-upstream": "error timeout"}
    table = routes()
    return (
        NOTE.format(source="routes.json")
        + ingress_object("ticketing", [r for r in table if not r.get("stream")], others)
        + "---\n"
        + ingress_object("ticketing-streams", [r for r in table if r.get("stream")], streams)
    )


GATEWAY_MATCH = {"exact": "Exact", "prefix": "PathPrefix", "pattern": "RegularExpression"}


def gateway_rule(route):
    value = regex(route).rstrip("$") if route["match"] == "pattern" else route["path"]
    rule = f'    - matches: [{{ path: {{ type: {GATEWAY_MATCH[route["match"]]}, value: "{value}" }} }}]\n'
    if route.get("stream"):
        rule += "      timeouts: { request: 0s, backendRequest: 0s }  # none: a stream has no end\n"
    return rule + f"      backendRefs: [{{ name: {route['to']}, port: {port(route['to'])} }}]\n"


def gateway_routes():
    return (
        NOTE.format(source="routes.json")
        + "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: ticketing\n"
        "spec:\n  parentRefs: [{ name: ticketing, sectionName: https }]\n"
        "  hostnames: [host.of.the.site]\n  rules:\n"
        + "".join(gateway_rule(route) for route in routes())
    )


def prometheus_rule():
    rules = (INFRA / "observability/alerts.yaml").read_text()
    body = "".join(
        f"  {line}\n" if line else "\n" for line in rules.splitlines() if not line.startswith("#")
    )
    return (
        NOTE.format(source="observability/alerts.yaml")
        + "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: ticketing\nspec:\n"
        + body.lstrip("\n")
    )


WRITTEN = {
    "nginx/ticketing.conf.template": nginx_template,
    "k8s/base/client-api.nginx.conf": nginx_sidecar,
    "k8s/components/ingress/ingress.yaml": ingress,
    "k8s/components/gateway/routes.yaml": gateway_routes,
    "k8s/components/monitoring/rules.yaml": prometheus_rule,
}


def main():
    stale = []
    for name, write in WRITTEN.items():
        path = INFRA / name
        text = write()
        if path.exists() and path.read_text() == text:
            continue
        if "--check" in sys.argv:
            stale.append(name)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(f"wrote infra/{name}")
    if stale:
        sys.exit("not what infra/generate.py writes: " + ", ".join(stale))


if __name__ == "__main__":
    main()
