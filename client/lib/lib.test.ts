import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { explain } from "./form-state.ts";
import { forHold, formatClock, formatPrice, formatSpan } from "./format.ts";
import { originOf } from "./origin.ts";
import { browsePath, browseQuery, ticketQuery } from "./search.ts";

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
    const throttled = explain(
      { outcome: "throttled", complaint: { message: "Wait 8 seconds." } },
      { values },
    );
    assert.match(throttled.message ?? "", /8 seconds/);
  });
});

describe("browse", () => {
  it("shows what is for sale unless something else is chosen", () => {
    assert.deepEqual(browseQuery({}), { status: "available" });
    assert.deepEqual(ticketQuery({ status: "available" }), {
      showId: "none",
      status: "available",
    });
    assert.deepEqual(ticketQuery({ status: "all", cursor: "x" }), {
      showId: "none",
      cursor: "x",
    });
  });

  it("survives any address", () => {
    assert.deepEqual(browseQuery({ status: "sold", cursor: "x" }), { status: "sold", cursor: "x" });
    assert.deepEqual(browseQuery({ status: "stolen", cursor: ["a", "b"] }), {
      status: "available",
    });
  });

  it("reads the addresses that it had before", () => {
    assert.deepEqual(browseQuery({ status: "available" }), { status: "available" });
    assert.deepEqual(browseQuery({ cursor: "x" }), { status: "available", cursor: "x" });
  });

  it("writes the address that it reads", () => {
    assert.equal(browsePath({ status: "sold", cursor: "a=" }), "/?status=sold&cursor=a%3D");
    assert.equal(browsePath({ status: "all" }), "/?status=all");
    assert.equal(browsePath({ status: "available" }), "/");
    assert.equal(browsePath({}), "/");
  });
});

describe("originOf", () => {
  const cases: [host: string | null, scheme: string | null, expected: string][] = [
    ["tickets.example", "https", "https://tickets.example/"],
    ["localhost:3000", "http", "http://localhost:3000/"],
    ["[::1]:3000", null, "http://[::1]:3000/"],
    ["tickets.example", "https, http", "https://tickets.example/"],
    ["evil.example/path?x=", "https", "https://localhost/"],
    ["a@evil.example", "javascript", "http://localhost/"],
    [null, null, "http://localhost/"],
  ];
  for (const [host, scheme, expected] of cases)
    it(`is ${expected} for ${host} over ${scheme}`, () => {
      assert.equal(originOf({ host, scheme }).href, expected);
    });
});

describe("format", () => {
  it("writes prices, clocks and spans", () => {
    assert.equal(formatPrice(1250), "$1,250.00");
    assert.equal(formatClock(871), "14:31");
    assert.equal(formatClock(5), "0:05");
    assert.equal(formatSpan(900), "15 minutes");
    assert.equal(formatSpan(60), "1 minute");
    assert.equal(formatSpan(90), "90 seconds");
    assert.equal(formatSpan(30), "30 seconds");
    assert.equal(formatSpan(7200), "2 hours");
    assert.equal(formatSpan(0), "0 seconds");
  });

  it("leaves out how long a ticket is held while that is not known", () => {
    assert.equal(forHold({ holdSeconds: 900 }), " for 15 minutes");
    assert.equal(forHold(undefined), "");
  });
});
