import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSetCookie, wantsRefresh } from "./cookies.ts";

const nowMs = 1_800_000_000_000;
const token = (claims: unknown) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.sig`;
const alive = token({ exp: nowMs / 1000 + 600 });
const over = token({ exp: nowMs / 1000 - 1 });

const jar = (values: Record<string, string>) => ({
  get: (name: string) => (name in values ? { value: values[name] as string } : undefined),
});

describe("wantsRefresh", () => {
  const cases: [string, Record<string, string>, boolean][] = [
    ["nothing at all", {}, false],
    ["an access token that lasts", { session: alive, refresh: "r" }, false],
    ["an access token that is over", { session: over, refresh: "r" }, true],
    ["a refresh token alone", { refresh: "r" }, true],
    ["the names used over HTTPS", { "__Host-session": alive, "__Host-refresh": "r" }, false],
    ["only a refresh token over HTTPS", { "__Host-refresh": "r" }, true],
    ["no refresh token to use", { session: over }, false],
    ["a token that is no JSON", { session: "a.b.c", refresh: "r" }, true],
    ["a token without an end", { session: token({}), refresh: "r" }, true],
    ["an empty refresh cookie", { refresh: "" }, false],
  ];
  for (const [name, values, expected] of cases)
    it(`with ${name}: ${expected ? "yes" : "no"}`, () => {
      assert.equal(wantsRefresh(jar(values), nowMs), expected);
    });
});

describe("parseSetCookie", () => {
  it("reads what the API writes", () => {
    const line = "__Host-session=a.b=c; Path=/; HttpOnly; SameSite=Lax; Max-Age=900; Secure";
    assert.deepEqual(parseSetCookie(line), {
      name: "__Host-session",
      value: "a.b=c",
      options: { httpOnly: true, secure: true, path: "/", sameSite: "lax", maxAge: 900 },
    });
  });

  it("reads one that clears", () => {
    const { value, options } = parseSetCookie("refresh=; path=/; max-age=0");
    assert.deepEqual([value, options.maxAge, options.httpOnly], ["", 0, false]);
  });
});
