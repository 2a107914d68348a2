import assert from "node:assert/strict";
import { it } from "node:test";
import { promiseCounts, whatYouGet } from "./what-you-get.ts";

const all = [true, false].flatMap((proofRequired) =>
  [true, false].flatMap((filePromised) =>
    ([true, undefined] as const).map((hasFile) => ({ hasFile, filePromised, proofRequired })),
  ),
);

it("says that the ticket is attached, promised or not, and with proof required or not", () => {
  for (const offer of all.filter(({ hasFile }) => hasFile))
    assert.match(whatYouGet(offer), /^The ticket itself is attached[.]/);
});

it("says that money comes back for what is missing, where it was promised or proof is required", () => {
  for (const offer of all.filter(({ hasFile }) => !hasFile)) {
    const comesBack = /you get all of your money back by itself/.test(whatYouGet(offer));
    assert.equal(comesBack, offer.filePromised || offer.proofRequired, JSON.stringify(offer));
  }
});

it("does not call a promise of the seller what is required of all sellers", () => {
  for (const filePromised of [true, false])
    assert.match(whatYouGet({ filePromised, proofRequired: true }), /^The seller has to give/);
});

it("depends on the promise exactly where that changes what the buyer gets", () => {
  for (const offer of all) {
    const other = { ...offer, filePromised: !offer.filePromised };
    assert.equal(promiseCounts(offer), whatYouGet(offer) !== whatYouGet(other));
  }
});
