import assert from "node:assert/strict";
import { it } from "node:test";
import { chosenFile, fileBytesMax, fileFault, pictureRule, ticketFileRule } from "./chosen-file.ts";

const rules = [
  { rule: pictureRule, others: ["application/pdf", "image/gif", "image/heic"] },
  { rule: ticketFileRule, others: ["image/webp", "image/heic", "text/html"] },
];

for (const { rule, others } of rules)
  it(`says what is wrong with a ${rule.name} before it is sent`, () => {
    assert.equal(fileFault(undefined, rule), undefined);
    assert.equal(fileFault({ size: 0, type: "" }, rule), undefined);
    for (const type of rule.types) {
      assert.equal(fileFault({ size: fileBytesMax, type }, rule), undefined);
      assert.equal(fileFault({ size: fileBytesMax + 1, type }, rule), rule.tooLarge);
    }
    for (const type of [...others, "image/svg+xml", ""])
      assert.equal(fileFault({ size: 1, type }, rule), rule.wrongType);
  });

it("finds the file of a form, or says which to choose", () => {
  const form = new FormData();
  assert.deepEqual(chosenFile(form, ticketFileRule), { fault: ticketFileRule.missing });
  // What a browser without script sends when none was chosen.
  form.set("file", new File([], ""));
  assert.deepEqual(chosenFile(form, ticketFileRule), { fault: ticketFileRule.missing });
  form.set("file", "a text");
  assert.deepEqual(chosenFile(form, ticketFileRule), { fault: ticketFileRule.missing });
  const file = new File(["x"], "ticket.pdf", { type: "application/pdf" });
  form.set("file", file);
  assert.equal(chosenFile(form, ticketFileRule).file?.name, "ticket.pdf");
});
