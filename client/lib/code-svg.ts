// The codes of tickets as drawings, for the server alone: the library that makes them has two megabytes.
import bwipjs from "bwip-js/node";
import type { TicketCode } from "./api/types.gen.ts";

/** The library's name of a format, and the empty border that scanners need, in the library's points:
 *  two for a module, but one for those of PDF417 and of bars. */
const symbologies: Record<TicketCode["format"], { bcid: string; border: number }> = {
  qr: { bcid: "qrcode", border: 8 },
  aztec: { bcid: "azteccode", border: 4 },
  pdf417: { bcid: "pdf417", border: 2 },
  code128: { bcid: "code128", border: 10 },
  datamatrix: { bcid: "datamatrix", border: 4 },
};

/** An SVG element, black on nothing; undefined for a text that the format cannot hold. */
export function codeSvg({ format, text }: TicketCode): string | undefined {
  const { bcid, border } = symbologies[format];
  const paddings = { paddingwidth: border, paddingheight: border };
  try {
    const svg = bwipjs.toSVG({ bcid, text: bytesOf(text), binarytext: true, ...paddings });
    // As high as their place, which is wide.
    return format === "code128" ? svg.replace("<svg", '<svg preserveAspectRatio="none"') : svg;
  } catch {
    return undefined;
  }
}

/** What is no text was read byte by byte, as Latin-1; all else is UTF-8. One character a byte. */
const bytesOf = (text: string) =>
  isBinary(text) ? text : Buffer.from(text, "utf8").toString("latin1");

const control = /[\x00-\x08\x0b\x0c\x0e-\x1c\x7f-\x9f]/;

/** Whether a code says bytes that people cannot read. */
export const isBinary = (text: string): boolean =>
  control.test(text) && /^[\x00-\xff]*$/.test(text);
