import assert from "node:assert/strict";
import { it } from "node:test";
import { elapsedSince } from "./elapsed.ts";

it("counts from when a rendering was first seen, however often it comes back", () => {
  assert.equal(elapsedSince(1, { steadyMs: 1_000, wallMs: 50_000 }), 0);
  assert.equal(elapsedSince(1, { steadyMs: 4_000, wallMs: 53_000 }), 3_000);
  assert.equal(elapsedSince(2, { steadyMs: 4_000, wallMs: 53_000 }), 0);
  assert.equal(elapsedSince(1, { steadyMs: 5_000, wallMs: 54_000 }), 4_000);
});

it("counts a sleep in which the steady clock stood still", () => {
  elapsedSince(3, { steadyMs: 0, wallMs: 0 });
  assert.equal(elapsedSince(3, { steadyMs: 1_000, wallMs: 600_000 }), 600_000);
});

it("never goes back when the wall clock is set back", () => {
  elapsedSince(4, { steadyMs: 0, wallMs: 900_000 });
  assert.equal(elapsedSince(4, { steadyMs: 2_000, wallMs: 0 }), 2_000);
});
