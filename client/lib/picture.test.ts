import assert from "node:assert/strict";
import { it } from "node:test";
import { pictureBytesMax, pictureFault } from "./picture.ts";

it("says what is wrong with a picture before it is sent", () => {
  assert.equal(pictureFault(undefined), undefined);
  assert.equal(pictureFault({ size: 0, type: "" }), undefined);
  for (const type of ["image/jpeg", "image/png", "image/webp"])
    assert.equal(pictureFault({ size: pictureBytesMax, type }), undefined);
  for (const type of ["image/gif", "image/svg+xml", "image/heic", "application/pdf", ""])
    assert.match(pictureFault({ size: 1, type }) ?? "", /JPEG, PNG or WebP/);
  assert.match(pictureFault({ size: pictureBytesMax + 1, type: "image/png" }) ?? "", /5 MB/);
});
