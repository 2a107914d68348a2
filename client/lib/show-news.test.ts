import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { concerns, mayJoin, showsStamp } from "./show-news.ts";

const shows = [
  { id: "a", version: 2, mergedIds: ["old"] },
  { id: "b", version: 0 },
];

describe("a change of a show", () => {
  it("concerns a page with an older version of it", () => {
    assert.equal(concerns(shows, { id: "a", version: 3 }), true);
    assert.equal(concerns(shows, { id: "a", version: 2 }), false);
    assert.equal(concerns(shows, { id: "c", version: 3 }), false);
  });

  it("concerns the page of the show that another was merged into, once", () => {
    assert.equal(concerns(shows, { id: "c", version: 3, mergedInto: "a" }), true);
    assert.equal(concerns(shows, { id: "old", version: 3, mergedInto: "a" }), false);
    assert.equal(concerns(shows, { id: "c", version: 3, mergedInto: "d" }), false);
  });

  it("concerns no page without the tickets of the show that stands", () => {
    assert.equal(concerns(shows, { id: "c", version: 3, mergedInto: "b" }), false);
  });
});

describe("a new show", () => {
  const at = (startsAt: string, id = "c") => ({ id, version: 0, startsAt });

  it("may join a list that ends after it", () => {
    const end = "2026-12-12T18:30:00.000Z";
    assert.equal(mayJoin(shows, end, at("2026-12-12T18:30:00.000Z")), true);
    assert.equal(mayJoin(shows, end, at("2026-12-12T18:30:00.001Z")), false);
  });

  it("may join a list that has all shows", () => {
    assert.equal(mayJoin(shows, undefined, at("2027-01-01T00:00:00.000Z")), true);
    assert.equal(mayJoin([], undefined, at("2027-01-01T00:00:00.000Z")), true);
  });

  it("does not join a list that has it", () => {
    assert.equal(mayJoin(shows, undefined, at("2027-01-01T00:00:00.000Z", "a")), false);
  });
});

describe("the summary of shows", () => {
  const [a, b] = shows as [(typeof shows)[0], (typeof shows)[0]];

  it("says which there are, in which version, and what they stand for", () => {
    const others = [
      [a],
      [b, a],
      [{ ...a, version: 3 }, b],
      [{ ...a, mergedIds: ["old", "c"] }, b],
      [{ ...a, mergedIds: [] }, b],
    ];
    const stamps = [shows, ...others].map(showsStamp);
    assert.equal(new Set(stamps).size, stamps.length, String(stamps));
    assert.equal(showsStamp([{ ...b, mergedIds: [] }]), showsStamp([b]));
  });
});
