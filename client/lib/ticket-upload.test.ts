import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TicketUpload } from "./api/types.gen.ts";
import { uploadState, uploadWords } from "./ticket-upload.ts";

const lost = "lost";
const values = { file: "" };
const rejected = (reason: TicketUpload["reason"]) =>
  uploadState(
    {
      outcome: "ok",
      upload: { state: "rejected", pages: 0, barcodes: 0, ...(reason && { reason }) },
    },
    { values, lost },
  );

describe("the form after a file was sent", () => {
  it("has what was attached", () => {
    const upload: TicketUpload = { state: "ready", pages: 1, barcodes: 2 };
    const state = uploadState({ outcome: "ok", upload }, { values, lost });
    assert.deepEqual(state.upload, upload);
    assert.deepEqual(state.fields, {});
  });

  const reasons = [
    "file_encrypted",
    "file_too_large_inside",
    "file_unreadable",
    "reading_timed_out",
    "too_many_pages",
  ] as const;
  for (const reason of reasons)
    it(`says beside the file what to do about ${reason}`, () => {
      const { fields, upload } = rejected(reason);
      assert.equal(upload, undefined);
      assert.match(fields["file"] ?? "", /(Choose|choose) .+\.$/);
      assert.doesNotMatch(fields["file"] ?? "", /undefined/);
    });

  it("has a sentence for a reason that it does not know", () => {
    assert.equal(rejected(undefined).fields["file"], "This file cannot be read.");
    assert.equal(rejected("new" as never).fields["file"], "This file cannot be read.");
  });

  it("says what was refused, and that no answer came", () => {
    const complaint = { code: "duplicate_ticket", params: {}, message: "?" } as const;
    const refused = { outcome: "refused", slug: "duplicate_ticket" } as const;
    const state = uploadState({ ...refused, complaints: [complaint] }, { values, lost });
    assert.match(state.message ?? "", /has this code already/);
    assert.equal(uploadState({ outcome: "unavailable" }, { values, lost }).message, lost);
  });
});

const cases: [pages: number, barcodes: number, said: RegExp][] = [
  [0, 1, /^The code is attached\./],
  [1, 1, /: 1 code was read\. .* show it right after paying\.$/],
  [3, 2, /: 2 codes were read on 3 pages\. .* show them right after paying\.$/],
  [1, 0, /no code was found\. .* gets the file as it is\./],
  [2, 0, /no code was found on 2 pages\./],
];
for (const [pages, barcodes, said] of cases)
  it(`says what was read: ${barcodes} codes on ${pages} pages`, () => {
    assert.match(uploadWords({ state: "ready", pages, barcodes }), said);
  });
