import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TicketCode } from "./api/types.gen.ts";
import { codeSvg, isBinary } from "./code-svg.ts";

const formats: TicketCode["format"][] = ["qr", "aztec", "pdf417", "code128", "datamatrix"];

describe("codeSvg", () => {
  for (const format of formats) {
    it(`draws ${format} as one element without style, script or text`, () => {
      const svg = codeSvg({ format, text: "7381-4495-0027" }) ?? assert.fail("nothing");
      assert.match(svg, /^<svg [^>]*viewBox="0 0 \d+ \d+" [^>]*>\s*<path [\s\S]*<\/svg>\s*$/);
      assert.doesNotMatch(svg, /style|script|<text|on\w+=|7381/i);
    });

    it(`draws nothing when a text is too long for ${format}`, () => {
      assert.equal(codeSvg({ format, text: "x".repeat(4_000) }), undefined);
    });

    it(`takes the text for ${format} literally`, () => {
      for (const text of ["^FNC1", "</svg><script>", "Łódź", "\u{1f39f}", "\u0000\u00ff"])
        assert.doesNotMatch(codeSvg({ format, text }) ?? "", /script|FNC1/);
    });
  }

  it("leaves the border that scanners need", () => {
    const svg = codeSvg({ format: "qr", text: "1" }) ?? assert.fail("nothing");
    const size = 4 * (21 + 2 * 4);
    assert.ok(svg.startsWith(`<svg viewBox="0 0 ${size} ${size}"`), svg.slice(0, 40));
  });

  it("encodes text as UTF-8, and what is no text byte by byte", () => {
    const data = (text: string) => codeSvg({ format: "datamatrix", text });
    assert.equal(data("Łódź"), data(Buffer.from("Łódź").toString("latin1")));
  });
});

it("knows bytes from text", () => {
  for (const text of ["1", "Łódź", "a\tb\r\n", "é", "", "\u{1f39f}"])
    assert.equal(isBinary(text), false);
  for (const bytes of ["\u0000", "U\u0001\u00ff", "\u0095x"]) assert.equal(isBinary(bytes), true);
  // Beyond a byte: such a text was read as UTF-8.
  assert.equal(isBinary("Ł\u0001"), false);
});
