import assert from "node:assert/strict";
import { it } from "node:test";
import type { Refused } from "./api/transport.ts";
import { changedOffer, firstSeen, newest, type Seen } from "./offer-news.ts";

const rendered = (price: number) => ({ rendered: price, refused: undefined });
const shown = <Value>({ value, before }: Seen<Value>) => [value, before];

it("shows the price that the page was rendered with, and says when it becomes another", () => {
  const first = firstSeen(rendered(20));
  assert.deepEqual(shown(first), [20, undefined]);
  assert.equal(newest(first, rendered(20)), first);
  assert.deepEqual(shown(newest(first, rendered(25))), [25, 20]);
});

it("shows the price of a refusal, also before script has loaded", () => {
  assert.deepEqual(shown(firstSeen({ rendered: 20, refused: 25 })), [25, 20]);
  assert.deepEqual(shown(newest(firstSeen(rendered(20)), { rendered: 20, refused: 25 })), [25, 20]);
});

it("uses the latest price", () => {
  const refused = newest(firstSeen(rendered(20)), { rendered: 20, refused: 25 });
  const followed = newest(refused, { rendered: 25, refused: 25 });
  assert.deepEqual(shown(followed), [25, 20], "the same price again is no news");
  assert.deepEqual(shown(newest(followed, { rendered: 30, refused: 25 })), [30, 25]);
});

it("takes a promise that is withdrawn for a value like any other", () => {
  const first = firstSeen<boolean>({ rendered: true, refused: undefined });
  const refused = newest(first, { rendered: true, refused: false });
  assert.deepEqual(shown(refused), [false, true]);
  assert.deepEqual(shown(newest(refused, { rendered: false, refused: false })), [false, true]);
  assert.deepEqual(shown(firstSeen({ rendered: true, refused: false })), [false, true]);
});

const refusal = (slug: Refused["slug"], params: Record<string, number | boolean>): Refused => ({
  outcome: "refused",
  slug,
  complaints: [{ code: slug || undefined, params, message: "what the API says" } as never],
});

it("says what is different from what the buyer saw, and that nothing is ordered", () => {
  assert.deepEqual(changedOffer(refusal("price_changed", { price: 25 }), 20), {
    message: "The price changed from $20.00 to $25.00. You have not ordered the ticket.",
    price: 25,
  });
  assert.deepEqual(changedOffer(refusal("promise_changed", { filePromised: false }), 20), {
    message:
      "The seller has taken back the promise to give the ticket itself after the sale. " +
      "You have not ordered the ticket.",
    filePromised: false,
  });
  assert.deepEqual(changedOffer(refusal("promise_changed", { filePromised: true }), 20), {
    message:
      "The seller promises to give the ticket itself after the sale now. " +
      "You have not ordered the ticket.",
    filePromised: true,
  });
});

it("leaves any other refusal, and one without the present value, to the usual words", () => {
  for (const slug of ["ticket_reserved", "price_changed", "promise_changed"] as const)
    assert.equal(changedOffer(refusal(slug, {}), 20), undefined);
});
