// The server of the built client. It stands in front of Next: hands out the files of the build, passes
// /api on to the API, and lets only requests through to Next that Next can answer.
import { randomBytes, randomUUID } from "node:crypto";
import http from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { refuse } from "./server/answers.mjs";
import { readBody } from "./server/bodies.mjs";
import { callerOf, forwardedAddress } from "./server/callers.mjs";
import { limitConnections, times } from "./server/connections.mjs";
import { loadFiles, serveFile } from "./server/files.mjs";
import { makePages, ownCaller, ownHeader } from "./server/pages.mjs";
import { makePassOn } from "./server/pass-on.mjs";
import { addToVia, pathOf, readTarget } from "./server/screening.mjs";
import { readSettings, SettingsError } from "./server/settings.mjs";
import { takeTurn } from "./server/turns.mjs";

const dir = fileURLToPath(new URL(".", import.meta.url));
const drainMs = 5_000;

const settings = await readSettings().catch((error) => {
  if (!(error instanceof SettingsError)) throw error;
  console.error(`client: ${error.message}`);
  process.exit(2);
});
const { port, address, api, behindProxy, proxyKey } = settings;
const pseudonym = `ticketing-client-${randomBytes(8).toString("hex")}`;
const ownToken = randomUUID();
const files = await loadFiles(join(dir, ".next/static"));
const { passOn, streams } = makePassOn(api);
const answerPage = await makePages({ ...settings, dir, ownToken });

async function answer(request, response) {
  if (!(await takeTurn(request, response))) return;
  if (!readTarget(request, response)) return;
  const path = pathOf(request);
  if (path === "/healthz") return void response.end("ok\n");
  if (path.startsWith("/_next/static/")) return serveFile(files, request, response, path);
  const caller = identify(request);
  response.setHeader("x-request-id", request.headers["x-request-id"]);
  const isOwn = request.headers[ownHeader] === ownToken;
  delete request.headers[ownHeader];
  // Only Next itself forwards an action to the page that has it; for others it would fail there.
  if (!isOwn) delete request.headers["x-action-forwarded"];
  if (!isOwn && !addToVia(request, response, pseudonym)) return;
  const body = await readBody(request, response, caller);
  if (body === undefined) return;
  if (path === "/api" || path.startsWith("/api/")) return passOn(request, response, body);
  answerPage(request, response, body, caller);
}

/** Returns the caller, and sets the request id for all that the request causes. */
function identify(request) {
  const { headers, socket } = request;
  if (headers[ownHeader] === ownToken) return ownCaller;
  delete headers["x-proxy-key"];
  if (proxyKey) headers["x-proxy-key"] = proxyKey;
  const before = behindProxy ? headers["x-forwarded-for"] : undefined;
  const entry = before?.split(",").at(-1)?.trim() ?? "";
  const nearest = forwardedAddress(entry) ?? socket.remoteAddress;
  headers["x-forwarded-for"] = [before, socket.remoteAddress].filter(Boolean).join(", ");
  if (!behindProxy) {
    delete headers["x-forwarded-host"];
    headers["x-forwarded-proto"] = "http";
  }
  // A given one may be a caller's own, which a proxy has passed on.
  headers["x-request-id"] = randomUUID();
  return callerOf(nearest);
}

const server = http.createServer(times, (request, response) => {
  answer(request, response).catch((error) => {
    console.error(`client: ${error?.message}`);
    refuse(request, response, 500);
  });
});
limitConnections(server, behindProxy);
// The body is requested only after the request was accepted.
server.on("checkContinue", (request, response) => {
  request.expectsContinue = true;
  server.emit("request", request, response);
});

for (const signal of ["SIGTERM", "SIGINT"])
  process.once(signal, () => {
    server.close(() => process.exit(0));
    // Their browsers connect again to the next server.
    for (const stream of streams) stream.end();
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), drainMs).unref();
  });

server.on("error", (error) => {
  const taken = error.code === "EADDRINUSE";
  console.error(`client: ${taken ? `port ${port} (PORT) is taken` : error.message}`);
  process.exit(1);
});
server.listen(port, address, () => {
  console.log(`client on http://${address}:${port}`);
});
