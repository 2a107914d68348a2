import assert from "node:assert/strict";
import { it } from "node:test";
import { kept } from "./kept.ts";

function reading(answers: (number | undefined)[]) {
  let nowMs = 0;
  let asked = 0;
  const read = kept(
    async () => answers[asked++],
    60,
    2,
    () => nowMs,
  );
  return { read, later: (ms: number) => (nowMs += ms), asked: () => asked };
}

it("asks once for a while, and again afterwards", async () => {
  const { read, later, asked } = reading([1, 2]);
  assert.deepEqual(await Promise.all([read(), read()]), [1, 1]);
  later(59);
  assert.equal(await read(), 1);
  assert.equal(asked(), 1);
  later(1);
  assert.equal(await read(), 2);
});

it("reads again soon after a missing answer", async () => {
  const { read, later } = reading([undefined, 5]);
  assert.equal(await read(), undefined);
  later(1);
  assert.equal(await read(), undefined);
  later(1);
  assert.equal(await read(), 5);
});
