// Writes lib/api/types.gen.ts from the API's own description of itself. `--to DIR` writes elsewhere,
// which is how the test finds out that the committed file is stale.
import { createClient } from "@hey-api/openapi-ts";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const contract = fileURLToPath(new URL("../src/contracts/openapi.json", import.meta.url));
const flag = process.argv.indexOf("--to");
const target =
  flag > 0 ? process.argv[flag + 1] : fileURLToPath(new URL("lib/api", import.meta.url));

const scratch = await mkdtemp(join(tmpdir(), "types-"));
try {
  await createClient({
    input: contract,
    output: { path: scratch, entryFile: false },
    plugins: ["@hey-api/typescript"],
    logs: { level: "silent" },
  });
  const text = await readFile(join(scratch, "types.gen.ts"), "utf8");
  await writeFile(join(target, "types.gen.ts"), text);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
