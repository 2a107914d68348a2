// Names the server actions of a build by their file and function, the same in every build. Next hashes
// a salt and the absolute path of the file: a build in another folder then refuses the forms of pages
// that this one has rendered. Usage: node stable-actions.mjs DIRECTORY (a build's .next)
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The first byte says which arguments the action uses, so it stays. */
export const stableId = (id, { filename, exportedName }) =>
  id.slice(0, 2) + createHash("sha1").update(`${filename}:${exportedName}`).digest("hex");

async function rename(root) {
  const manifest = join(root, "server/server-reference-manifest.json");
  const { node } = JSON.parse(await readFile(manifest, "utf8"));
  const ids = new Map(Object.entries(node).map(([id, action]) => [id, stableId(id, action)]));
  const any = new RegExp([...ids.keys()].join("|"), "g");
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|json|html|rsc)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, "utf8");
    const renamed = text.replace(any, (id) => ids.get(id));
    if (renamed !== text) await writeFile(path, renamed);
  }
}

if (process.argv[2]) await rename(process.argv[2]);
