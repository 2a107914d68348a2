// Ports for programs that need one before they start. What can bind port 0 does, and says its port.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../infra/local/free-port", import.meta.url));
const found: number[] = [];

/** A port that is free, and that no other process is given as long as this process runs. */
export function freePort(): number {
  if (found.length === 0)
    found.push(
      ...execFileSync(program, ["20"], { encoding: "utf8" }).trim().split("\n").map(Number),
    );
  return found.pop() ?? Number.NaN;
}
