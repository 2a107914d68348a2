// Compresses the files of a build once, as well as it can be done, so that serving them costs
// nothing: Brotli saves a sixth over gzip on these.  Usage: node compress.mjs DIRECTORY
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = process.argv[2];
for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(js|css|svg|json)$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const plain = await readFile(path);
  const brotli = brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
  const gzip = gzipSync(plain, { level: 9 });
  if (brotli.length < plain.length) await writeFile(`${path}.br`, brotli);
  if (gzip.length < plain.length) await writeFile(`${path}.gz`, gzip);
}
