// Tickets with codes: drawn as files, and read back from pictures by the program that reads the files of
// sellers, in its own process and jail.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import bwipjs from "bwip-js/node";
import { programs } from "./stack.ts";

export type Code = { format: "qr" | "aztec" | "pdf417" | "code128" | "datamatrix"; text: string };

const names = {
  ...{ qr: "qrcode", aztec: "azteccode", pdf417: "pdf417" },
  ...{ code128: "code128", datamatrix: "datamatrix" },
};

/** A picture of one code, as a phone's screen shows it. */
export const pngOf = ({ format, text }: Code): Promise<Buffer> =>
  bwipjs.toBuffer({ bcid: names[format], text, scale: 4, padding: 12, backgroundcolor: "ffffff" });

const page = 300;
const module = 6;

/** A PDF with a page for each text, which has its QR code on it; an empty text is an empty page. */
export function pdfOf(...texts: string[]): Buffer {
  const streams = texts.map(squaresOf);
  const kids = streams.map((_, index) => `${3 + 2 * index} 0 R`);
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    `<</Type/Pages/Kids[${kids.join(" ")}]/Count ${kids.length}>>`,
    ...streams.flatMap((stream, index) => [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${page} ${page}]/Contents ${4 + 2 * index} 0 R>>`,
      `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
    ]),
  ];
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj${object}endobj\n`;
    return offset;
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${entries.join("")}`;
  file += `trailer<</Size ${size}/Root 1 0 R>>\nstartxref\n${file.indexOf("xref\n")}\n%%EOF\n`;
  return Buffer.from(file, "latin1");
}

function squaresOf(text: string): string {
  if (text === "") return "";
  const [symbol] = bwipjs.raw("qrcode", text);
  assert.ok(symbol && "pixs" in symbol);
  const left = (page - symbol.pixx * module) / 2;
  const top = (page + symbol.pixy * module) / 2;
  const squares = symbol.pixs.flatMap((dark, index) => {
    const x = left + (index % symbol.pixx) * module;
    const y = top - (Math.floor(index / symbol.pixx) + 1) * module;
    return dark ? [`${x} ${y} ${module} ${module} re`] : [];
  });
  return `${squares.join("\n")}\nf`;
}

/** How long codes are looked for that are hard to find: on a busy machine that takes its time. */
const patienceMs = "120000";

/** The codes on a picture or in a PDF. */
export function readCodes(file: Buffer): Code[] {
  for (const jail of ["namespaces", "seccomp"]) {
    const ran = spawnSync(join(programs, "ticket-reader"), [patienceMs, patienceMs, jail], {
      input: file,
    });
    if (ran.status === 0 && ran.stdout.toString().startsWith("ok ")) return codesOf(ran.stdout);
  }
  throw new Error("ticket-reader has read nothing");
}

/** "ok PAGES PAGES_READ CODES", then for each code "FORMAT PAGE BYTES BYTES", its bytes and its text. */
function codesOf(answer: Buffer): Code[] {
  let at = 0;
  const line = () => {
    const end = answer.indexOf("\n", at);
    const words = answer.toString("utf8", at, end).split(" ");
    at = end + 1;
    return words;
  };
  const count = Number(line()[3]);
  return Array.from({ length: count }, () => {
    const [format, , bytes, text] = line();
    const begin = at + Number(bytes);
    at = begin + Number(text);
    return { format: format as Code["format"], text: answer.toString("utf8", begin, at) };
  });
}
