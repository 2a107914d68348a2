import assert from "node:assert/strict";
import { it } from "node:test";
import { listingKey } from "./listing-key.ts";

const typed = { title: "Opera", price: "19.99" };

it("names the same listing twice, and another one when anything differs", () => {
  assert.equal(listingKey("a", typed), listingKey("a", { ...typed }));
  const others = [
    listingKey("b", typed),
    listingKey("a", { ...typed, price: "19.98" }),
    listingKey("a", { title: "Opera1", price: "9.99" }),
    listingKey("a", { ...typed, row: "A" }),
    listingKey("a", { ...typed, seat: "A" }),
  ];
  assert.equal(new Set([listingKey("a", typed), ...others]).size, 6);
});

it("names a listing without its optional fields as before there were any", () => {
  assert.equal(listingKey("a", { ...typed, row: "" }), listingKey("a", typed));
});

it("is a key that the API accepts, for any input", () => {
  assert.match(listingKey("a", { title: "Ö".repeat(10_000), price: "\n" }), /^[!-~]{1,255}$/);
});
