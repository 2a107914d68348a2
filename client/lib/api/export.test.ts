import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openExport } from "./export.ts";
import type { Caller } from "./transport.ts";

type Answer = { status?: number; body?: unknown; headers?: HeadersInit };

/** Answers each path from its list, the last answer again and again. */
function callerOf(answers: Record<string, Answer[]>): Caller {
  const fetch = async (url: unknown) => {
    const left = answers[String(url).replace("http://api", "")] ?? [{ status: 404, body: {} }];
    const { status = 200, body, headers = {} } = (left.length > 1 ? left.shift() : left[0])!;
    return new Response(JSON.stringify(body), { status, headers });
  };
  return { baseUrl: "http://api", headers: {}, fetch: fetch as typeof globalThis.fetch };
}

const described = {
  "/api/openapi.json": [
    { body: { paths: { "/api/users/export": {}, "/api/tickets": {}, "/api/tickets/export": {} } } },
  ],
};
const account = { body: { service: "auth", table: "users", rows: [{ id: "u1" }] } };
const page = (table: string, rows: object[], next?: string): Answer => ({
  body: { service: "tickets", table, rows },
  headers: next ? { link: `</api/tickets/export?cursor=${next}>; rel="next"` } : {},
});

async function textOf(answer: Awaited<ReturnType<typeof openExport>>): Promise<string> {
  assert.equal(answer.outcome, "ok");
  let text = "";
  if (answer.outcome === "ok") for await (const piece of answer.text) text += piece;
  return text;
}

describe("an export", () => {
  it("is one document of all pages of all services", async () => {
    const caller = callerOf({
      ...described,
      "/api/users/export": [account],
      "/api/tickets/export": [page("tickets", [{ id: "1" }], "tickets.1")],
      "/api/tickets/export?cursor=tickets.1": [page("tickets", [{ id: "2" }], "tickets.2")],
      "/api/tickets/export?cursor=tickets.2": [page("tickets", [], "keys")],
      "/api/tickets/export?cursor=keys": [page("keys", [])],
    });
    const document = JSON.parse(await textOf(await openExport(caller)));
    assert.deepEqual(document.services, {
      auth: { users: [{ id: "u1" }] },
      tickets: { tickets: [{ id: "1" }, { id: "2" }], keys: [] },
    });
    assert.match(document.exportedAt, /^\d{4}-/);
  });

  it("waits where pages come too fast", async () => {
    const caller = callerOf({
      ...described,
      "/api/users/export": [{ status: 429, body: {}, headers: { "retry-after": "0" } }, account],
      "/api/tickets/export": [page("tickets", [])],
    });
    assert.match(await textOf(await openExport(caller)), /"u1"/);
  });

  it("does not begin without a session, or without a service", async () => {
    for (const [status, outcome] of [
      [401, "signed_out"],
      [503, "unavailable"],
    ] as const) {
      const caller = callerOf({
        ...described,
        "/api/users/export": [account],
        "/api/tickets/export": [{ status, body: {} }],
      });
      assert.equal((await openExport(caller)).outcome, outcome);
    }
    assert.equal((await openExport(callerOf({}))).outcome, "unavailable");
  });

  it("ends as failed when a service fails on the way", async () => {
    const caller = callerOf({
      ...described,
      "/api/users/export": [account],
      "/api/tickets/export": [page("tickets", [{ id: "1" }], "tickets.1")],
      "/api/tickets/export?cursor=tickets.1": [{ status: 503, body: {} }],
    });
    const answer = await openExport(caller);
    await assert.rejects(textOf(answer), /tickets.1/);
  });
});
