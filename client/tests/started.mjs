// Starts the built client for tests, and APIs with faults.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
/** Of a program that hangs: a busy machine takes many times as long as one on which nothing else runs. */
const startMs = 200_000;
const program = `${root}client/.next/standalone/server.mjs`;

/** A client on a free port. `stop` waits until it has ended; `said` is what it has written. */
export async function startClient(environment) {
  const port = Number(environment.PORT ?? freePort());
  const child = run({ ...environment, PORT: String(port) });
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + startMs; Date.now() < end; await wait(50)) {
    if (child.exitCode() !== null) break;
    if ((await fetch(`${url}/healthz`).catch(() => undefined))?.ok) return { ...child, port, url };
  }
  await child.stop();
  throw new Error(`the client did not start. It said:\n${child.said()}`);
}

/** A client that is expected to end by itself: its exit code and what it has written. */
export async function runClient(environment) {
  const child = run(environment);
  await Promise.race([child.over, wait(startMs, undefined, { ref: false })]);
  const code = child.exitCode();
  await child.stop();
  return { code, said: child.said() };
}

function run(environment) {
  if (!existsSync(program)) throw new Error(`${program} is missing: run client/build.sh`);
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
  const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const append = (chunk) => (said += chunk);
  child.stdout.setEncoding("utf8").on("data", append);
  child.stderr.setEncoding("utf8").on("data", append);
  const over = once(child, "exit");
  const stop = async () => {
    // Ends it without the time in which it finishes what it has taken.
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await over;
  };
  return { pid: child.pid, over, stop, said: () => said, exitCode: () => child.exitCode };
}

/** An API whose answers a test gives. */
export async function startApi(answer) {
  const server = http.createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

/** Looks again and again until something is the case. */
export async function until(what, isSo) {
  for (const end = Date.now() + 60_000; !(await isSo()); await wait(20))
    if (Date.now() >= end) throw new Error(`${what}: not within a minute`);
}

/** Answers like the API of an empty shop. */
export const emptyShop = (request, response) => {
  request.resume();
  const answer = (status, body) => {
    const kind = status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(status, { "content-type": kind });
    response.end(JSON.stringify(body));
  };
  const path = request.url.split("?")[0];
  if (path === "/api/users/currentuser") return answer(200, { currentUser: null });
  if (path === "/api/tickets") return answer(200, []);
  if (path.startsWith("/api/orders"))
    return answer(401, { title: "Unauthorized", status: 401, slug: "unauthorized", errors: [] });
  const words = { slug: "not_found", detail: "There is no such thing.", errors: [] };
  return answer(404, { title: "Not Found", status: 404, ...words });
};

/** A port that is free: Next has to know its own before the server listens. */
export function freePort() {
  return Number(execFileSync(`${root}infra/local/free-port`, { encoding: "utf8" }));
}

/** Sends bytes as they are, and returns what came back: until the end, or what ends with `until`, or
 *  after `forMs`. */
export async function sendRaw(port, parts, { forMs = 60_000, until, from } = {}) {
  const socket = net.connect({ port, host: "127.0.0.1", localAddress: from });
  let answer = "";
  socket.on("error", () => {});
  const over = new Promise((resolve) => {
    socket.once("close", resolve);
    socket.setEncoding("latin1").on("data", (chunk) => {
      answer += chunk;
      if (until && answer.endsWith(until)) resolve();
    });
  });
  for (const part of [parts].flat()) socket.write(part);
  await Promise.race([over, wait(forMs, undefined, { ref: false })]);
  socket.destroy();
  return answer;
}

export const statusOf = (answer) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

/** The most memory that a process has had so far, in bytes, and how many descriptors it has open. */
export function memoryMost(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
}
