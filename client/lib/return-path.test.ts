import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { returnPath } from "./return-path.ts";

type Cases = { home: string[]; kept: Record<string, string> };
const file = new URL("return-path.cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as Cases;
const others = ["javascript:alert(1)", "", "orders", "/\t/evil.example", "/%2e//evil.example"];

describe("returnPath", () => {
  for (const wanted of [...cases.home, ...others, undefined, ["/orders"]])
    it(`sends ${JSON.stringify(wanted)} home`, () => assert.equal(returnPath(wanted), "/"));

  for (const [wanted, kept] of Object.entries(cases.kept))
    it(`keeps ${wanted}`, () => assert.equal(returnPath(wanted), kept));

  it("never leaves the site, for addresses put together at random", () => {
    const seed = Number(process.env.CLIENT_SEED ?? Date.now() % 1_000_000);
    const random = randomOf(seed);
    const pieces = [
      "/",
      "/",
      "\\",
      ".",
      "..",
      "%2e",
      "%2E%2e",
      "%2f",
      "%5c",
      "\t",
      "\n",
      "\r",
      " ",
    ];
    pieces.push("evil.example", "@", ":", "http:", "https:", "javascript:", "?", "#", ";", "auth");
    pieces.push("orders", "a", "é", "\u3002", "\uff0f", "\u2044", "\0", "%00", "[", "]", "%");
    const origins = ["http://localhost:3000", "https://shop.example"];
    for (let round = 0; round < 200_000; round++) {
      let wanted = "/";
      for (let more = random() * 9; more > 1; more--)
        wanted += pieces[Math.floor(random() * pieces.length)];
      const path = returnPath(wanted);
      for (const origin of origins) {
        const landed = new URL(path, `${origin}/auth/signin`);
        const said = `${JSON.stringify(wanted)} led to ${landed.href}; CLIENT_SEED=${seed}`;
        assert.equal(landed.origin, origin, said);
        assert.doesNotMatch(landed.pathname, /^\/auth(\/|$)/, said);
      }
    }
  });
});

/** A linear congruential generator: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}
