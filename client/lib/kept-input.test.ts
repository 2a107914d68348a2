import assert from "node:assert/strict";
import { it } from "node:test";
import { keptCookieLine, packInput, unpackInput } from "./kept-input.ts";

const formOf = (fields: Record<string, string>) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};

it("brings back what was typed, and nothing secret", () => {
  const form = formOf({
    ...{ title: "Łódź; 1=2", price: "19.99", email: "a@b.c", password: "p", newPassword: "p" },
    ...{
      text: "the code of a ticket",
      paymentMethodId: "pm",
      attempt: "a",
      orderId: "o",
      $ACTION_KEY: "k",
      next: "/",
    },
  });
  const packed = packInput("/tickets/new", "signed_out", form);
  const kept = { title: "Łódź; 1=2", price: "19.99", email: "a@b.c" };
  assert.deepEqual(unpackInput(packed), { path: "/tickets/new", why: "signed_out", values: kept });
  assert.match(
    keptCookieLine(packed ?? ""),
    /^kept=[\w%.~!*'()-]+; Path=\/; SameSite=Lax; Max-Age=600$/,
  );
});

it("keeps the longest title, and nothing that a browser would not store", () => {
  assert.ok(packInput("/tickets/new", "older_page", formOf({ title: "界".repeat(200) })));
  assert.equal(packInput("/", "older_page", formOf({ title: "x".repeat(5_000) })), undefined);
});

it("takes anything else in a cookie for nothing", () => {
  for (const packed of [
    undefined,
    "",
    "x",
    "null",
    "[]",
    '{"path":1}',
    '{"path":"/","why":"?","values":{}}',
  ])
    assert.equal(unpackInput(packed), undefined);
});
