import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const written = globSync("{app,components,lib}/**/*.{ts,tsx}", { cwd: root }).filter(
  (path) => !/\.(test|gen)\.tsx?$/.test(path),
);

it("has the hold and the limits from GET /api/settings, never from its own source", () => {
  assert.ok(written.length > 50);
  const limit = /\b(15|fifteen)[ -]minutes?\b(?!")|999[,_]?999|\bone cent\b|\bmaxLength\b|\b900\b/i;
  const found = written.flatMap((path) =>
    readFileSync(join(root, path), "utf8")
      .split("\n")
      .filter((line) => limit.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
  assert.deepEqual(found, []);
});
