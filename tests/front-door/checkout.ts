// A copy of the checkout at another path, with what is built in it. Its files are hard links, so it
// costs a second or two; nothing of it is written to, because all of it is up to date.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./marketplace.ts";

/** Beside what git knows. The rest of build/release names paths, so it is of no use elsewhere. */
const built = [
  "build/node",
  "build/client",
  "build/release/bin",
  "client/node_modules",
  "client/.next",
  "client/next-env.d.ts",
];

/** Returns what `./run` needs in its environment there. */
export function copyCheckout(target: string): Record<string, string> {
  mkdirSync(target);
  const known = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" });
  const paths = [...known.split("\0"), ...built].filter(
    (path) => path && existsSync(join(root, path)),
  );
  const link = statSync(root).dev === statSync(target).dev ? ["--link"] : [];
  execFileSync("xargs", ["-0", "cp", "--archive", ...link, "--parents", "-t", target], {
    cwd: root,
    input: paths.join("\0"),
  });
  return { TICKETING_BIN: join(target, "build/release/bin") };
}
