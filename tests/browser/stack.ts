// A whole product for tests, on ports that are free, with a data folder that is thrown away. The client is
// the built one in a process of its own; what is behind it is TICKETING_SYSTEM's choice:
// `embedded` (the default) one process, `distributed` everything that infra/local/start starts.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "./ports.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
export const programs = process.env.TICKETING_BIN ?? join(root, "build/release/bin");
/** Of a program that hangs: a busy machine takes many times as long as one on which nothing else runs. */
const startMs = 200_000;
const stopMs = 100_000;

export type Stack = {
  /** Where the browser goes: the client. */
  url: string;
  /** The client's own address, where it answers with or without the API. */
  clientUrl: string;
  apiUrl: string;
  /** Where shows answers operators, who show `operatorToken`. */
  showsUrl: string;
  /** The folder of the mails that were sent. */
  mails: string;
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
  args: string[];
  program: string;
  apiEnvironment: Environment;
  /** Of what it prints once it is up, which begins with the line that `ready` finds: its address, and
   *  what the client is told. */
  ready: RegExp;
  addresses: (line: string) => Addresses;
};
type Addresses = { apiUrl: string; showsUrl: string; clientEnvironment: Environment };

/** By which the API recognizes the client. */
const proxyKey = randomUUID();
export const operatorToken = "an-operator-of-tests-0123456789";

/** What `infra/local/start --json` prints. */
type Parts = Record<"url" | "client_api_url" | "settings", string> & {
  parts: Record<string, { port: number }>;
};

const shapes: Record<string, Shape> = {
  embedded: {
    command: join(programs, "ticketing"),
    args: [],
    program: "ticketing",
    apiEnvironment: { TRUSTED_PROXY_HOPS: "1", TRUSTED_PROXY_KEY: proxyKey },
    ready: /^listening on http:.*(?=\n)/m,
    addresses: (line) => {
      const apiUrl = `http://127.0.0.1:${line.split(":").at(-1)}`;
      const clientEnvironment = { API_URL: apiUrl, TRUSTED_PROXY_KEY: proxyKey };
      return { apiUrl, showsUrl: apiUrl, clientEnvironment };
    },
  },
  distributed: {
    command: join(root, "infra/local/start"),
    args: ["--json"],
    program: "orders-service",
    apiEnvironment: {},
    ready: /^\{.*\}(?=\n)/m,
    addresses: (line) => {
      const { url, client_api_url, settings, parts } = JSON.parse(line) as Parts;
      const key = /^TRUSTED_PROXY_KEY=(.+)$/m.exec(readFileSync(settings, "utf8"))?.[1];
      return {
        apiUrl: url,
        showsUrl: `http://127.0.0.1:${parts["shows-1"]?.port}`,
        clientEnvironment: { API_URL: client_api_url, TRUSTED_PROXY_KEY: key ?? "" },
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
  const api = start("api", shape.command, shape.args, {
    PORT: "0",
    DATA_DIR: data,
    HOLD_SECONDS: String(options.holdSeconds ?? 900),
    SIGN_UPS_A_MINUTE: "0", // all browsers are at one address
    SIGN_INS_A_MINUTE: "0",
    RESETS_AN_HOUR: "0",
    VERIFICATIONS_AN_HOUR: "0",
    OPERATOR_TOKEN: operatorToken,
    ...shape.apiEnvironment,
    ...options.apiEnvironment,
  });
  let client: Client | undefined;
  const stop = async () => {
    await Promise.all([api.stop(), client?.stop()]);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    const { apiUrl, showsUrl, clientEnvironment } = shape.addresses(
      await printed(shape.ready, api),
    );
    client = await startClient({ ...clientEnvironment, ...options.clientEnvironment });
    const { url } = client;
    const mails = join(data, "mail");
    return { url, clientUrl: url, apiUrl, showsUrl, mails, stopApi: api.stop, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Client = { url: string; stop: () => Promise<void> };

/** A client alone, of the API that its environment names. */
export async function startClient(environment: Environment): Promise<Client> {
  // Next has to know its port before the server listens.
  const port = String(freePort());
  const client = start("client", join(root, "client/start.sh"), [], { PORT: port, ...environment });
  try {
    await printed(/^client on http:.*(?=\n)/m, client);
  } catch (error) {
    await client.stop();
    throw error;
  }
  return { url: `http://localhost:${port}`, stop: client.stop };
}

type Running = { process: ChildProcess; said: () => string; stop: () => Promise<void> };

function start(name: string, command: string, args: string[], environment: Environment): Running {
  const child = spawn(command, args, {
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

/** The line by which a program says that it is up, and where. */
async function printed(line: RegExp, { process: child, said }: Running): Promise<string> {
  const deadline = Date.now() + startMs;
  while (Date.now() < deadline) {
    const found = line.exec(said())?.[0];
    if (found) return found;
    if (child.exitCode !== null) throw new Error(`ended at once. ${said()}`);
    await wait(20);
  }
  throw new Error(`not up within ${startMs} ms. ${said()}`);
}
