// The blocks of shell in the documents.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./marketplace.ts";

export type Block = { where: string; marker: string | undefined; lines: string[] };

const shells = new Set(["", "sh", "bash", "shell", "console"]);
export const markers = /^<!-- (run|run by|not run): (\S.*) -->$/;

/** The blocks of shell of a document. A block without a language may be shell, so it counts. */
export function blocksOf(file: string): Block[] {
  const found: Block[] = [];
  let open: Block | undefined;
  let inside = false;
  let before = "";
  readFileSync(join(root, file), "utf8")
    .split("\n")
    .forEach((line, index) => {
      const fence = /^\s*(?:```|~~~)(.*)$/.exec(line);
      if (fence && inside) [inside, open] = [false, undefined];
      else if (fence) {
        inside = true;
        if (!shells.has((fence[1] ?? "").trim())) return;
        const marker = markers.test(before) ? before : undefined;
        open = { where: `${file}:${index + 1}`, marker, lines: [] };
        found.push(open);
      } else open?.lines.push(line);
      before = line.trim();
    });
  return found;
}
