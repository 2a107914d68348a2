import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Complaint } from "./api/transport.ts";
import { ofField, sentenceOf } from "./sentences.ts";

type Schema = { enum: string[]; properties: Record<string, object> };
const description = new URL("../../src/contracts/openapi.json", import.meta.url);
const { schemas } = JSON.parse(readFileSync(description, "utf8")).components as {
  schemas: Record<string, Schema>;
};
const listed = (name: string) => schemas[name]?.enum ?? assert.fail(`no schema ${name}`);
const params = (schemas["ProblemError"]?.properties["params"] as Record<string, object>)[
  "x-params"
] as Record<string, string[]>;

/** The API's answer for a code: each of its parameters has a value, and there are no others. */
const complaintOf = (code: string, field?: string): Complaint => ({
  code: code as Complaint["code"],
  params: Object.fromEntries((params[code] ?? []).map((name, index) => [name, 61 + index])),
  message: "what the API says",
  ...(field ? { field } : {}),
});

const isComplete = (said: string) => {
  assert.match(said, /^[A-Z].*[.]$/);
  assert.doesNotMatch(said, /what the API says|undefined|NaN|null|[{}]/i);
};

describe("sentenceOf", () => {
  for (const code of [...listed("Slug"), ...listed("FieldCode")])
    it(`has a sentence of its own for ${code}`, () => {
      isComplete(sentenceOf(complaintOf(code)));
    });

  it("says each of a code's parameters, but those that choose between sentences", () => {
    const without = [
      "card_declined",
      "promise_changed",
      "wrong_type",
      "ticket_changed",
      "show_changed",
    ];
    for (const [code, names] of Object.entries(params)) {
      if (without.includes(code)) continue;
      const said = sentenceOf(complaintOf(code));
      names.forEach((name, index) => {
        const value = name === "seconds" ? /minute/ : new RegExp(`\\b${61 + index}\\b`);
        assert.match(said, value, `${name} of ${code}`);
      });
    }
  });

  it("has a sentence for each reason of a declined card", () => {
    const said = listed("DeclineReason").map((reason) =>
      sentenceOf({ ...complaintOf("card_declined"), params: { reason } }),
    );
    said.forEach(isComplete);
    assert.equal(new Set(said).size, said.length);
    const unknown = sentenceOf({ ...complaintOf("card_declined"), params: { reason: "new" } });
    assert.equal(unknown, "The card was declined.");
  });

  it("says more about fields that the API has, by codes that it has", () => {
    const fields = Object.values(schemas).flatMap(({ properties }) =>
      Object.keys(properties ?? {}),
    );
    for (const [field, sentences] of Object.entries(ofField)) {
      assert.ok(fields.includes(field), field);
      for (const code of Object.keys(sentences)) {
        assert.ok(listed("FieldCode").includes(code), code);
        isComplete(sentenceOf(complaintOf(code, field)));
      }
    }
  });

  const cases: [complaint: Partial<Complaint>, shown: string][] = [
    [
      { code: "not_an_email", field: "email" },
      "Enter an e-mail address, such as name@example.com.",
    ],
    [{ code: "too_short", params: { min: 8 }, field: "password" }, "Use at least 8 characters."],
    [{ code: "too_long", params: { max: 200 }, field: "title" }, "Use at most 200 characters."],
    [
      { code: "too_large", params: { max: 5000.5 }, field: "price" },
      "The price can be $5,000.50 at most.",
    ],
    [
      { code: "too_small", params: { min: 0.05 }, field: "price" },
      "The price must be $0.05 or more.",
    ],
    [{ code: "too_small", params: { min: 2 }, field: "rows" }, "Enter 2 or more."],
    [
      { code: "too_many_attempts", params: { seconds: 8 } },
      "Too many attempts. Try again in 8 seconds.",
    ],
    [
      { code: "ticket_paused", params: { expiries: 3, seconds: 3_541 } },
      "You have let this ticket expire 3 times. Order it again in 1 hour, or let others have it.",
    ],
    [
      { code: "of_next_year" as never, message: "colour must be red", field: "colour" },
      "Colour must be red.",
    ],
    [{ message: "The order has expired." }, "The order has expired."],
  ];
  for (const [complaint, shown] of cases)
    it(`says "${shown}"`, () => {
      assert.equal(sentenceOf({ message: "?", ...complaint } as Complaint), shown);
    });
});
