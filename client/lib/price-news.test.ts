import assert from "node:assert/strict";
import { it } from "node:test";
import { firstSeen, newestPrice } from "./price-news.ts";

const rendered = (price: number) => ({ rendered: price, refused: undefined });
const shown = ({ price, before }: { price: number; before: number | undefined }) => [price, before];

it("shows the price that the page was rendered with, and says when it becomes another", () => {
  const first = firstSeen(rendered(20));
  assert.deepEqual(shown(first), [20, undefined]);
  assert.equal(newestPrice(first, rendered(20)), first);
  assert.deepEqual(shown(newestPrice(first, rendered(25))), [25, 20]);
});

it("shows the price of a refusal, also before script has loaded", () => {
  assert.deepEqual(shown(firstSeen({ rendered: 20, refused: 25 })), [25, 20]);
  assert.deepEqual(
    shown(newestPrice(firstSeen(rendered(20)), { rendered: 20, refused: 25 })),
    [25, 20],
  );
});

it("uses the latest price", () => {
  const refused = newestPrice(firstSeen(rendered(20)), { rendered: 20, refused: 25 });
  const followed = newestPrice(refused, { rendered: 25, refused: 25 });
  assert.deepEqual(shown(followed), [25, 20], "the same price again is no news");
  assert.deepEqual(shown(newestPrice(followed, { rendered: 30, refused: 25 })), [30, 25]);
});
