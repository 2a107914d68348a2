// A page stays open while releases come and go: its forms name server actions, which must be called the
// same in every build. (Needs a build: ../build.sh.)
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const built = join(root, ".next/standalone/.next");
type Manifest = {
  node: Record<string, { filename: string; exportedName: string }>;
  encryptionKey: string;
};

it("calls an action by its file and function, for any folder and build", () => {
  const path = join(built, "server/server-reference-manifest.json");
  const { node } = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  assert.ok(Object.keys(node).length > 0);
  for (const [id, { filename, exportedName }] of Object.entries(node)) {
    const name = createHash("sha1").update(`${filename}:${exportedName}`).digest("hex");
    assert.equal(id.slice(2), name, `${filename}: ${exportedName}`);
  }
});

it("calls an action the same in what browsers get and in what the server looks up", () => {
  const idForm = /"([0-9a-f]{42})"/g;
  const idsIn = (folder: string) =>
    new Set(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
        .flatMap(({ parentPath, name }) => [
          ...readFileSync(join(parentPath, name), "utf8").matchAll(idForm),
        ])
        .map(([, id]) => id),
    );
  const sent = idsIn(join(built, "static"));
  assert.ok(sent.size > 0);
  const path = join(built, "server/server-reference-manifest.json");
  const { node } = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  for (const id of [...sent, ...idsIn(join(built, "server/app"))])
    assert.ok(id !== undefined && id in node, `${id} is not known to the server`);
});

it("has the same build id and key for the same sources", () => {
  assert.match(readFileSync(join(built, "BUILD_ID"), "utf8"), /^\d+$/);
  const path = join(built, "server/server-reference-manifest.json");
  const { encryptionKey } = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  assert.equal(encryptionKey, Buffer.alloc(32, "ticketing").toString("base64"));
});

it("declares actions in files of their own only, so that nothing is ever encrypted", () => {
  const sources = readdirSync(join(root, "app"), { recursive: true, withFileTypes: true })
    .concat(readdirSync(join(root, "components"), { withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name));
  for (const { parentPath, name } of sources) {
    const text = readFileSync(join(parentPath, name), "utf8");
    const at = text.search(/["']use server["']/);
    assert.ok(at <= 0, `${name} declares an action inside another function`);
  }
});
