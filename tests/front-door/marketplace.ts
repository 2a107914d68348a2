// `./run` as a new user starts it: in a session of its own, as in a terminal, on free ports and with a
// folder for its data that is thrown away.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../browser/ports.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));
/** Of a program that hangs. The suites before this one have built everything. */
const startMs = 300_000;
/** Longer than the parts get before they are killed. */
const endMs = 60_000;

export type Run = {
  /** What it has printed so far. */
  said: () => string;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
  /** Waits until it says that the marketplace is up, and reads the addresses that it prints. */
  isUp: () => Promise<{ url: string; apiUrl: string }>;
  /** Every process that it has started and that still runs, as "id command". */
  processes: () => string[];
  /** Ctrl-C: SIGINT to the whole process group, as a terminal sends it. Resolves with the milliseconds
   *  until no process is left; fails after a minute. */
  interrupt: () => Promise<number>;
  /** Ends all that still runs, for a test that failed. */
  kill: () => void;
};

export type Place = { environment: Record<string, string>; folder: string; remove: () => void };

/** Ports and a folder for one marketplace, which may be started there several times. */
export async function place(name = "front door"): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "ticketing-"));
  // PostgreSQL runs as a user of its own and has to pass through.
  chmodSync(folder, 0o711);
  // Chosen before, as users of `./run` choose theirs: it takes no port 0, and some tests take its port.
  const [api, client] = [freePort(), freePort()];
  const environment = {
    PORT: String(api),
    CLIENT_PORT: String(client),
    DATA_DIR: join(folder, name),
    // Names the processes of this place: each that `./run` starts inherits it.
    FRONT_DOOR: folder,
  };
  return { environment, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function run(place: Place, args: string[], options: RunOptions = {}): Run {
  // The programs of `./run` itself, also when other tests use different ones.
  const { TICKETING_BIN: _programs, ...inherited } = process.env;
  const child = spawn("./run", args, {
    cwd: options.checkout ?? root,
    env: { ...inherited, ...place.environment, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const processes = () => processesOf(place.folder, child.pid ?? 0);
  return {
    said: () => said,
    ended,
    processes,
    isUp: () => addresses(child, () => said),
    interrupt: () => interrupt(child, ended, processes, () => said),
    kill: () => {
      for (const line of processes()) kill(Number.parseInt(line, 10));
    },
  };
}

export type RunOptions = { checkout?: string; environment?: Record<string, string> };

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

async function addresses(child: ChildProcess, said: () => string) {
  for (const end = Date.now() + startMs; Date.now() < end; await wait(50)) {
    const url = /^ {2}open {2}(http:\S+)$/m.exec(said())?.[1] ?? "";
    const apiUrl = /^ {2}API {3}(http:\S+)/m.exec(said())?.[1];
    if (said().includes("Ctrl-C stops it.") && apiUrl) return { url, apiUrl };
    if (child.exitCode !== null) break;
  }
  throw new Error(`./run did not come up. It said:\n${said()}`);
}

async function interrupt(
  child: ChildProcess,
  ended: Promise<unknown>,
  processes: () => string[],
  said: () => string,
): Promise<number> {
  const started = Date.now();
  process.kill(-(child.pid ?? 0), "SIGINT");
  while (Date.now() < started + endMs) {
    if (child.exitCode !== null && processes().length === 0) {
      await ended;
      return Date.now() - started;
    }
    await wait(50);
  }
  const left = processes().join("\n");
  throw new Error(`${endMs} ms after Ctrl-C there still runs:\n${left}\n./run said:\n${said()}`);
}

/** The processes of a session, and those that have left it, by the folder that they were given or in
 *  which they work: each of PostgreSQL's makes a session of its own. */
function processesOf(folder: string, session: number): string[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = all.filter((id) => id !== String(process.pid) && belongsTo(id, folder, session));
  return found.map((id) => `${id} ${read(`/proc/${id}/cmdline`).replaceAll("\0", " ")}`);
}

function belongsTo(id: string, folder: string, session: number): boolean {
  const [state, , , itsSession] = read(`/proc/${id}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ");
  // A zombie has ended: its parent, which may be the machine's first process, has only not noticed.
  if (state === "Z" || state === "X") return false;
  if (itsSession === String(session)) return true;
  if (read(`/proc/${id}/environ`).includes(`FRONT_DOOR=${folder}\0`)) return true;
  return linkOf(`/proc/${id}/cwd`).startsWith(folder);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
