import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Ticket } from "./api/types.gen.ts";
import { explain } from "./form-state.ts";
import { formatClock, formatPrice, formatSpan } from "./format.ts";
import { mergeTickets } from "./merge-tickets.ts";
import { returnPath } from "./return-path.ts";
import { browsePath, browseQuery } from "./search.ts";
import { sentenceOf } from "./sentences.ts";

describe("returnPath", () => {
  const cases: [unknown, string][] = [
    ["/tickets/1?x=2", "/tickets/1?x=2"],
    ["//evil.example/", "/"],
    ["/\\evil.example/", "/"],
    ["https://evil.example/", "/"],
    ["/auth/signin?next=/", "/"],
    ["javascript:alert(1)", "/"],
    [undefined, "/"],
    [["/orders"], "/"],
  ];
  for (const [wanted, expected] of cases)
    it(`sends ${JSON.stringify(wanted)} to ${expected}`, () => {
      assert.equal(returnPath(wanted), expected);
    });
});

describe("explain", () => {
  const values = { title: "Opera", price: "-1" };

  it("puts a complaint beside its field and keeps what was typed", () => {
    const complaints = [{ message: "Too low.", field: "price" }];
    const state = explain({ outcome: "refused", slug: "", complaints }, { values });
    assert.deepEqual(state.fields, { price: "Too low." });
    assert.equal(state.message, undefined);
    assert.deepEqual(state.values, values);
  });

  it("shows above the form what no field of it is to blame for", () => {
    const complaints = [{ message: "Reserved.", field: "ticketId" }, { message: "Too late." }];
    const state = explain({ outcome: "refused", slug: "", complaints }, { values });
    assert.equal(state.message, "Reserved. Too late.");
    assert.deepEqual(state.fields, {});
  });

  it("has words for every other failure", () => {
    for (const outcome of ["signed_out", "not_found", "unavailable"] as const)
      assert.match(explain({ outcome }, { values }).message ?? "", /\w/);
    const throttled = explain({ outcome: "throttled", retryAfterSeconds: 8 }, { values });
    assert.match(throttled.message ?? "", /8 seconds/);
  });
});

describe("sentenceOf", () => {
  const cases: [string | undefined, string, string][] = [
    [
      "email",
      "email must be an e-mail address",
      "Enter an e-mail address, such as name@example.com.",
    ],
    ["password", "password must have at least 8 characters", "Use at least 8 characters."],
    ["title", "title must have at most 200 characters", "Use at most 200 characters."],
    ["price", "price must be at most 999999.99", "The price can be $999,999.99 at most."],
    ["price", "price is of a new kind of wrong", "Price is of a new kind of wrong."],
    ["colour", "colour must be red", "Colour must be red."],
    [undefined, "The order has expired.", "The order has expired."],
  ];
  for (const [field, said, shown] of cases)
    it(`says "${shown}" for "${said}"`, () => {
      assert.equal(sentenceOf(said, field), shown);
    });
});

describe("mergeTickets", () => {
  const ticket = (id: string, version = 0, status: Ticket["status"] = "available"): Ticket => ({
    ...{ id, version, status, title: id, price: 1, userId: "u" },
    createdAt: "2026-01-01T00:00:00.000Z",
  });
  const shown = [ticket("b"), ticket("a", 3)];
  const ids = (list: Ticket[]) => list.map(({ id }) => id);

  it("takes a newer version in its place", () => {
    const merged = mergeTickets(shown, [ticket("b", 1, "sold")], {});
    assert.deepEqual(
      merged.map(({ status }) => status),
      ["sold", "available"],
    );
  });

  it("ignores a version it has seen", () => {
    assert.deepEqual(mergeTickets(shown, [ticket("a", 2, "sold")], {}), shown);
  });

  it("puts new tickets first, the newest on top", () => {
    assert.deepEqual(ids(mergeTickets(shown, [ticket("c"), ticket("d")], {})), [
      "d",
      "c",
      "b",
      "a",
    ]);
  });

  it("does not bring back what lies on a later page", () => {
    assert.deepEqual(ids(mergeTickets(shown, [ticket("A")], {})), ["b", "a"]);
  });

  it("adds nothing to later pages, and nothing that the filter leaves out", () => {
    assert.deepEqual(ids(mergeTickets(shown, [ticket("c")], { cursor: "x" })), ["b", "a"]);
    assert.deepEqual(ids(mergeTickets(shown, [ticket("c")], { status: "sold" })), ["b", "a"]);
  });

  it("keeps a ticket that leaves the filter where it is", () => {
    const merged = mergeTickets(shown, [ticket("b", 1, "reserved")], { status: "available" });
    assert.deepEqual(ids(merged), ["b", "a"]);
  });
});

describe("browse", () => {
  it("survives any address", () => {
    assert.deepEqual(browseQuery({ status: "sold", cursor: "x" }), { status: "sold", cursor: "x" });
    assert.deepEqual(browseQuery({ status: "stolen", cursor: ["a", "b"] }), {});
  });

  it("writes the address that it reads", () => {
    assert.equal(browsePath({ status: "sold", cursor: "a=" }), "/?status=sold&cursor=a%3D");
    assert.equal(browsePath({ status: undefined }), "/");
  });
});

describe("format", () => {
  it("writes prices, clocks and spans", () => {
    assert.equal(formatPrice(1250), "$1,250.00");
    assert.equal(formatClock(871), "14:31");
    assert.equal(formatClock(5), "0:05");
    assert.equal(formatSpan(60), "1 minute");
    assert.equal(formatSpan(30), "30 seconds");
  });
});
