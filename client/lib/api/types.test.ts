import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

it("has types that match the API's description (else: client/types.sh)", () => {
  const fresh = mkdtempSync(join(tmpdir(), "types-"));
  try {
    execFileSync(process.execPath, [here("../../generate-types.mjs"), "--to", fresh]);
    const text = (path: string) => readFileSync(path, "utf8");
    assert.equal(text(here("types.gen.ts")), text(join(fresh, "types.gen.ts")));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
});
