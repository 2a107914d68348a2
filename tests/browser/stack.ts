// A whole product for one test file: the API and the built client, each a process of its own, on
// free ports, with a data folder that is thrown away.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const apiBinary = process.env.TICKETING_BIN ?? join(root, "build/release/bin/ticketing");
const startMs = 20_000;
const stopMs = 8_000;

export type Stack = {
  /** Where the browser goes. */
  url: string;
  apiUrl: string;
  stopApi: () => Promise<void>;
  stop: () => Promise<void>;
};

type Environment = Record<string, string>;
export type StackOptions = {
  holdSeconds?: number;
  apiEnvironment?: Environment;
  clientEnvironment?: Environment;
};

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  if (!existsSync(apiBinary)) throw new Error(`the API is not built: ${apiBinary} is missing`);
  const data = mkdtempSync(join(tmpdir(), "ticketing-"));
  const [apiPort, clientPort] = await Promise.all([freePort(), freePort()]);
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const url = `http://localhost:${clientPort}`;
  const api = start("api", apiBinary, {
    PORT: String(apiPort),
    DATA_DIR: data,
    HOLD_SECONDS: String(options.holdSeconds ?? 900),
    ...options.apiEnvironment,
  });
  const client = start("client", join(root, "client/start.sh"), {
    PORT: String(clientPort),
    API_URL: apiUrl,
    ...options.clientEnvironment,
  });
  const stop = async () => {
    await Promise.all([api.stop(), client.stop()]);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await Promise.all([answers(`${apiUrl}/api/tickets`, api), answers(`${url}/healthz`, client)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, apiUrl, stopApi: api.stop, stop };
}

type Running = { process: ChildProcess; said: () => string; stop: () => Promise<void> };

function start(name: string, command: string, environment: Environment): Running {
  const child = spawn(command, [], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const hear = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000));
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const over = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      said += String(error);
      resolve();
    });
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const graceful = await Promise.race([over.then(() => true), wait(stopMs, false)]);
    if (graceful) return;
    child.kill("SIGKILL");
    throw new Error(`${name} did not stop within ${stopMs} ms of SIGTERM`);
  };
  return { process: child, said: () => `${name} said:\n${said}`, stop };
}

async function answers(url: string, { process: child, said }: Running): Promise<void> {
  const deadline = Date.now() + startMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`ended at once. ${said()}`);
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    await wait(50);
  }
  throw new Error(`no answer from ${url} in ${startMs} ms. ${said()}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
