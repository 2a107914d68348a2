// Hands out the files of the build, compressed beforehand.
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";

const types = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
};

/** All files of the build by their path, each with its compressed forms: about a megabyte. */
export async function loadFiles(root) {
  const found = new Map();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    found.set("/_next/static" + full.slice(root.length), await readFile(full));
  }
  return found;
}

const codings = {
  br: /\bbr\b(?!;q=0(\.0*)?\s*(,|$))/,
  gzip: /\bgzip\b(?!;q=0(\.0*)?\s*(,|$))/,
};
/** Whether the caller can read an answer in this coding. */
export const accepts = ({ headers }, coding) =>
  codings[coding].test(String(headers["accept-encoding"] ?? ""));

export function serveFile(files, request, response, path) {
  const plain = files.get(path);
  if (!plain || /\.(br|gz)$/.test(path)) {
    response.statusCode = 404;
    return void response.end();
  }
  const best = [
    ["br", files.get(`${path}.br`)],
    ["gzip", files.get(`${path}.gz`)],
  ].find(([coding, body]) => body && accepts(request, coding));
  const body = best ? best[1] : plain;
  if (best) response.setHeader("content-encoding", best[0]);
  response.writeHead(200, {
    "content-type": types[extname(path)] ?? "application/octet-stream",
    "content-length": body.length,
    // The name of a file contains the hash of its content.
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    vary: "Accept-Encoding",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
