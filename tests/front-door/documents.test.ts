// The commands in the documents: each block of shell in a Markdown file says, in a comment before it that
// no reader sees, how it is run here, or why not:
//   <!-- run: embedded -->        in order, in a folder that looks like the checkout, beside ./run --api-only
//   <!-- run by: tests/… -->      that script follows the page
//   <!-- not run: needs a … -->   the reason
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { blocksOf, markers } from "./blocks.ts";
import { place, type Place, type Run, root, run } from "./marketplace.ts";

const files = execFileSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" });
const blocks = files.trim().split("\n").flatMap(blocksOf);

test("each block of shell says how it is run, or why not", () => {
  assert.ok(blocks.length >= 8, `${blocks.length} blocks found`);
  const bare = blocks.filter(({ marker }) => !marker).map(({ where }) => where);
  assert.deepEqual(bare, [], "blocks without a comment <!-- run: … --> or <!-- not run: … -->");
});

test("what is said to run a page is there, and reads that page", () => {
  for (const { where, marker } of blocks) {
    const [, kind, script = ""] = markers.exec(marker ?? "") ?? [];
    if (kind !== "run by") continue;
    assert.ok(existsSync(join(root, script)), `${where}: ${script} is missing`);
    const page = where.split(":")[0] ?? "";
    assert.ok(
      readFileSync(join(root, script), "utf8").includes(page),
      `${script} does not name ${page}`,
    );
  }
});

const operatorToken = "an-operator-of-tests-0123456789";
let there: Place | undefined;
let started: Run | undefined;
after(async () => {
  await started?.interrupt().catch(() => started?.kill());
  there?.remove();
});

const wanted = blocks.filter(({ marker }) => marker === "<!-- run: embedded -->");
for (const block of wanted)
  test(`${block.where} runs`, async () => {
    there ??= await place();
    const environment = { OPERATOR_TOKEN: operatorToken };
    started ??= run(there, ["--api-only"], { environment });
    const { apiUrl } = await started.isUp();
    const script = block.lines.join("\n").replaceAll("localhost:4000", new URL(apiUrl).host);
    const done = spawnSync("bash", ["-euo", "pipefail", "-c", script], {
      cwd: checkout(there.folder),
      env: { ...process.env, ...environment, CURL_HOME: there.folder },
      encoding: "utf8",
      timeout: 600_000,
    });
    assert.equal(done.status, 0, `${script}\n${done.stdout}${done.stderr}`);
  });

test("blocks that are run are there", () => assert.ok(wanted.length >= 2));

const others = blocks
  .map(({ marker }) => markers.exec(marker ?? ""))
  .filter((found) => found?.[1] === "run");
test("nothing asks for a way of running that does not exist", () => {
  assert.deepEqual([...new Set(others.map((found) => found?.[2]))], ["embedded"]);
});

/** A folder that looks like the checkout: what commands write beside it is thrown away. curl fails
 *  there when the answer is a refusal. */
function checkout(folder: string): string {
  if (!existsSync(join(folder, "README.md")))
    for (const name of readdirSync(root))
      if (!existsSync(join(folder, name))) symlinkSync(join(root, name), join(folder, name));
  writeFileSync(join(folder, ".curlrc"), "fail-with-body\nsilent\nshow-error\n");
  return folder;
}
