// A whole product for tests, on free ports, with a data folder that is thrown away. The client is
// the built one in a process of its own; what is behind it is TICKETING_SYSTEM's choice:
// `embedded` (the default) one process, `distributed` everything that infra/local/start starts.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const programs = process.env.TICKETING_BIN ?? join(root, "build/release/bin");
const startMs = 40_000;
const stopMs = 20_000;

export type Stack = {
  /** Where the browser goes: the client. */
  url: string;
  /** The client's own address, where it answers with or without the API. */
  clientUrl: string;
  apiUrl: string;
  /** Ends all there is of the API: the process, or services, servers and nginx. */
  stopApi: () => Promise<void>;
  stop: () => Promise<void>;
};

type Environment = Record<string, string>;
export type StackOptions = {
  /** Not shared: for tests that begin with an empty system, or stop the API. */
  own?: boolean;
  holdSeconds?: number;
  apiEnvironment?: Environment;
  clientEnvironment?: Environment;
};

/** How the API of a shape is started, and the client's variables for it, as by `./run`. */
type Shape = {
  command: string;
  program: string;
  apiEnvironment: Environment;
  /** Called once the API answers. */
  clientEnvironment: (apiUrl: string, data: string) => Environment;
};

/** By which the API recognizes the client. */
const proxyKey = randomUUID();

const shapes: Record<string, Shape> = {
  embedded: {
    command: join(programs, "ticketing"),
    program: "ticketing",
    apiEnvironment: { TRUSTED_PROXY_HOPS: "1", TRUSTED_PROXY_KEY: proxyKey },
    clientEnvironment: (apiUrl) => ({ API_URL: apiUrl, TRUSTED_PROXY_KEY: proxyKey }),
  },
  distributed: {
    command: join(root, "infra/local/start"),
    program: "orders-service",
    apiEnvironment: {},
    clientEnvironment: (_, data) => {
      const servers = readFileSync(join(data, "distributed/servers.env"), "utf8");
      const valueOf = (name: string) => new RegExp(`^${name}=(.+)$`, "m").exec(servers)?.[1] ?? "";
      return {
        API_URL: valueOf("CLIENT_API_URL"),
        TRUSTED_PROXY_KEY: valueOf("TRUSTED_PROXY_KEY"),
      };
    },
  },
};

const shapeName = process.env.TICKETING_SYSTEM ?? "embedded";
const shape =
  shapes[shapeName] ??
  (() => {
    throw new Error(`TICKETING_SYSTEM is embedded or distributed, not "${shapeName}"`);
  })();

/** A new stack, or without options the one that files share, which stopping leaves as it is. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const shared = process.env.SHARED_STACK;
  if (shared && Object.keys(options).length === 0) {
    const stopApi = () => Promise.reject(new Error("others need it: ask for a stack of your own"));
    return { ...JSON.parse(shared), stopApi, stop: async () => {} };
  }
  if (!existsSync(join(programs, shape.program)))
    throw new Error(`the API is not built: ${programs} has no ${shape.program}`);
  const data = mkdtempSync(join(tmpdir(), "ticketing-"));
  // PostgreSQL runs as a user of its own and has to pass through.
  chmodSync(data, 0o711);
  const [apiPort, clientPort] = await Promise.all([freePort(), freePort()]);
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const clientUrl = `http://localhost:${clientPort}`;
  const api = start("api", shape.command, {
    PORT: String(apiPort),
    DATA_DIR: data,
    HOLD_SECONDS: String(options.holdSeconds ?? 900),
    SIGN_UPS_A_MINUTE: "0", // all browsers are at one address
    ...shape.apiEnvironment,
    ...options.apiEnvironment,
  });
  let client: Running | undefined;
  const stop = async () => {
    await Promise.all([api.stop(), client?.stop()]);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await answers(`${apiUrl}/api/tickets`, api);
    client = start("client", join(root, "client/start.sh"), {
      PORT: String(clientPort),
      ...shape.clientEnvironment(apiUrl, data),
      ...options.clientEnvironment,
    });
    await answers(`${clientUrl}/healthz`, client);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: clientUrl, clientUrl, apiUrl, stopApi: api.stop, stop };
}

type Running = { process: ChildProcess; said: () => string; stop: () => Promise<void> };

function start(name: string, command: string, environment: Environment): Running {
  const child = spawn(command, [], {
    cwd: root,
    env: { ...process.env, TICKETING_BIN: programs, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const append = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000));
  child.stdout.on("data", append);
  child.stderr.on("data", append);
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
    // Unreferenced: an unused timer would keep the test's process from ending.
    const late = wait(stopMs, false, { ref: false });
    const graceful = await Promise.race([over.then(() => true), late]);
    if (graceful) return;
    child.kill("SIGKILL");
    throw new Error(`${name} did not stop within ${stopMs} ms of SIGTERM. It said:\n${said}`);
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

/** Below the ports that outgoing connections take, so that none of them uses it before the program that
 *  it is meant for has started. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
