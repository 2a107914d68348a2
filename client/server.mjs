// The server of the built client. It stands in front of Next and does two things itself: hands out
// the files of the build, compressed beforehand, and passes /api on to the API, unbuffered, so that
// the browser sees one origin in local runs. In a cluster the ingress does the latter.
import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const dir = fileURLToPath(new URL(".", import.meta.url));
const port = Number(process.env.PORT ?? 3000);
// Not HOSTNAME, which a container sets to its own name.
const hostname = process.env.BIND_ADDRESS ?? "127.0.0.1";
const api = new URL(process.env.API_URL ?? "http://127.0.0.1:4000");
// Set where a proxy of ours is in front: only then is what X-Forwarded-* says worth anything.
const behindProxy = process.env.TRUST_PROXY === "1";
const drainMs = 5_000;

process.env.NODE_ENV = "production";
process.chdir(dir);
const built = JSON.parse(readFileSync(join(dir, ".next/required-server-files.json"), "utf8"));
process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(built.config);
const next = createRequire(import.meta.url)("next");
const answers = new AsyncLocalStorage();
globalThis[Symbol.for("ticketing.answer")] = answers;
const app = next({ dev: false, dir, hostname, port });

const files = await loadFiles(join(dir, ".next/static"));
const { request: requestApi, Agent } = api.protocol === "https:" ? https : http;
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
await app.prepare();
const handlePage = app.getRequestHandler();

const server = http.createServer((request, response) => {
  const path = pathOf(request);
  if (path === "/healthz") return void response.end("ok\n");
  if (path.startsWith("/_next/static/")) return serveFile(request, response, path);
  name(request);
  response.setHeader("x-request-id", request.headers["x-request-id"]);
  if (path === "/api" || path.startsWith("/api/")) return passOn(request, response);
  void answerPage(request, response);
});

/** The status that a page asks for (lib/answer-status.ts) becomes the status of its document. The
 *  router's own requests keep theirs: it takes any other than 200 for a broken server. */
function answerPage(request, response) {
  if (request.headers["rsc"] || request.headers["next-action"])
    return handlePage(request, response);
  const answer = {};
  const writeHead = response.writeHead;
  response.writeHead = (status, ...rest) =>
    writeHead.call(response, answer.status ?? status, ...rest);
  return answers.run(answer, () => handlePage(request, response));
}

/** Decoded, because the names of some files of the build contain brackets. */
function pathOf(request) {
  const path = (request.url ?? "/").split("?", 1)[0];
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Settles who is asking and what the request is called, for all that happens because of it. */
function name(request) {
  const { headers, socket } = request;
  const before = behindProxy ? headers["x-forwarded-for"] : undefined;
  headers["x-forwarded-for"] = [before, socket.remoteAddress].filter(Boolean).join(", ");
  if (!behindProxy) {
    delete headers["x-forwarded-host"];
    headers["x-forwarded-proto"] = "http";
  }
  const given = headers["x-request-id"];
  const usable = behindProxy && typeof given === "string" && /^[\w-]{8,64}$/.test(given);
  headers["x-request-id"] = usable ? given : crypto.randomUUID();
}

const types = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
};

/** All files of the build by their path, each with its compressed forms: about a megabyte. */
async function loadFiles(root) {
  const found = new Map();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    found.set("/_next/static" + full.slice(root.length), await readFile(full));
  }
  return found;
}

function serveFile(request, response, path) {
  const plain = files.get(path);
  if (!plain || /\.(br|gz)$/.test(path)) {
    response.statusCode = 404;
    return void response.end();
  }
  const accepted = String(request.headers["accept-encoding"] ?? "");
  const best = [
    ["br", files.get(`${path}.br`)],
    ["gzip", files.get(`${path}.gz`)],
  ].find(
    ([coding, body]) =>
      body && new RegExp(`\\b${coding}\\b(?!;q=0(\\.0*)?\\s*(,|$))`).test(accepted),
  );
  const body = best ? best[1] : plain;
  if (best) response.setHeader("content-encoding", best[0]);
  response.writeHead(200, {
    "content-type": types[extname(path)] ?? "application/octet-stream",
    "content-length": body.length,
    // The name of a file contains the hash of its content.
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    vary: "Accept-Encoding",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

// RFC 9110 §7.6.1: these concern one connection, not the message.
const hopByHop = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"];

/** Answers that never end by themselves. */
const streams = new Set();

function passOn(request, response) {
  const headers = { ...request.headers };
  for (const header of hopByHop) delete headers[header];
  const upstream = requestApi(
    { ...target(), path: request.url, method: request.method, headers, agent },
    (answer) => {
      const back = { ...answer.headers };
      for (const header of hopByHop) delete back[header];
      response.writeHead(answer.statusCode ?? 502, back);
      response.flushHeaders();
      answer.pipe(response);
      if (/^text\/event-stream/.test(answer.headers["content-type"] ?? "")) streams.add(response);
      answer.on("error", () => response.destroy());
    },
  );
  upstream.on("error", () => refuse(response));
  response.on("close", () => {
    streams.delete(response);
    upstream.destroy();
  });
  request.pipe(upstream);
}

const target = () => ({ protocol: api.protocol, hostname: api.hostname, port: api.port });

/** The API cannot be reached; says so in the words the API itself would use. */
function refuse(response) {
  if (response.headersSent) return void response.destroy();
  const detail = "The service cannot be reached right now.";
  response.writeHead(503, { "content-type": "application/problem+json", "retry-after": "2" });
  response.end(
    JSON.stringify({
      type: "/problems/unavailable",
      title: "Service Unavailable",
      status: 503,
      detail,
      slug: "unavailable",
      requestId: response.getHeader("x-request-id"),
      errors: [{ message: detail }],
    }),
  );
}

for (const signal of ["SIGTERM", "SIGINT"])
  process.once(signal, () => {
    server.close(() => process.exit(0));
    // Their browsers come back to whoever is there next.
    for (const stream of streams) stream.end();
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), drainMs).unref();
  });

server.listen(port, hostname, () => {
  console.log(`client on http://${hostname}:${server.address().port}`);
});
