// Every call against every answer the API can give, without a server: each ends in one of the
// outcomes that its type declares, and none throws.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as delivery from "./delivery.ts";
import * as orders from "./orders.ts";
import * as payments from "./payments.ts";
import * as settings from "./settings.ts";
import * as shows from "./shows.ts";
import * as tickets from "./tickets.ts";
import type { Caller } from "./transport.ts";
import * as users from "./users.ts";

type Answer = { status: number; body?: unknown; headers?: HeadersInit };
type Seen = { url: string; init: RequestInit };

function answering(answer: Answer | Error): { caller: Caller; seen: Seen[] } {
  const seen: Seen[] = [];
  const fetch = async (url: unknown, init?: RequestInit) => {
    seen.push({ url: String(url), init: init ?? {} });
    if (answer instanceof Error) throw answer;
    const text = answer.body === undefined ? null : JSON.stringify(answer.body);
    return new Response(text, { status: answer.status, headers: answer.headers ?? {} });
  };
  const headers = { cookie: "session=a.b.c" };
  return {
    caller: { baseUrl: "http://api", headers, fetch: fetch as typeof globalThis.fetch },
    seen,
  };
}

const user = { id: "u1", email: "ada@example.com", emailVerified: false, roles: ["member"] };
const ticket = { id: "t1", title: "Opera", price: 19.99, userId: "u1", version: 0 };
const order = { id: "o1", version: 0, status: "created" };
const credentials = { email: "ada@example.com", password: "secret" };
const input = { title: "Opera", price: "19.99" };

type Call = {
  name: string;
  call: (caller: Caller) => Promise<{ outcome: string }>;
  good: Answer;
  declared: string[];
};

const changesOfFile = ["refused", "signed_out", "not_found", "throttled"];
const upload = { state: "ready", pages: 1, barcodes: 1 };

const calls: Call[] = [
  {
    name: "setTicketFile",
    call: (caller) => delivery.setTicketFile(caller, "t1", new Blob(["x"], { type: "image/png" })),
    good: { status: 200, body: upload },
    declared: changesOfFile,
  },
  {
    name: "setTicketCode",
    call: (caller) => delivery.setTicketCode(caller, "t1", { format: "qr", text: "x" }),
    good: { status: 200, body: upload },
    declared: changesOfFile,
  },
  {
    name: "setPicture",
    call: (caller) => shows.setPicture(caller, "s1", new Blob(["x"], { type: "image/png" })),
    good: { status: 200, body: {} },
    declared: changesOfFile,
  },
  {
    name: "removePicture",
    call: (caller) => shows.removePicture(caller, "s1"),
    good: { status: 200, body: {} },
    declared: changesOfFile,
  },
  {
    name: "getTicketState",
    call: (caller) => delivery.getTicketState(caller, "o1"),
    good: { status: 200, body: { state: "ready" } },
    declared: ["signed_out", "not_found"],
  },
  {
    name: "revealTicket",
    call: (caller) => delivery.revealTicket(caller, "o1"),
    good: { status: 200, body: { barcodes: [] } },
    declared: ["refused", "signed_out", "not_found", "throttled"],
  },
  {
    name: "resellTicket",
    call: (caller) => delivery.resellTicket(caller, "o1"),
    good: { status: 200, body: { state: "none", resaleTicketId: "t2" } },
    declared: ["refused", "signed_out", "not_found", "throttled"],
  },
  {
    name: "signUp",
    call: (caller) => users.signUp(caller, credentials),
    good: { status: 201, body: user },
    declared: ["refused", "throttled"],
  },
  {
    name: "signIn",
    call: (caller) => users.signIn(caller, credentials),
    good: { status: 200, body: user },
    declared: ["refused", "throttled"],
  },
  {
    name: "signOut",
    call: (caller) => users.signOut(caller),
    good: { status: 200, body: {} },
    declared: [],
  },
  {
    name: "refreshSession",
    call: (caller) => users.refreshSession(caller),
    good: { status: 200, body: user },
    declared: ["signed_out"],
  },
  {
    name: "currentUser",
    call: (caller) => users.currentUser(caller),
    good: { status: 200, body: { currentUser: user } },
    declared: [],
  },
  {
    name: "forgotPassword",
    call: (caller) => users.forgotPassword(caller, { email: "ada@example.com" }),
    good: { status: 202, body: {} },
    declared: ["refused", "throttled"],
  },
  {
    name: "resetPassword",
    call: (caller) => users.resetPassword(caller, { token: "t", password: "secret" }),
    good: { status: 200, body: {} },
    declared: ["refused", "throttled"],
  },
  {
    name: "restoreAddress",
    call: (caller) => users.restoreAddress(caller, { token: "t", password: "secret" }),
    good: { status: 200, body: {} },
    declared: ["refused", "throttled"],
  },
  {
    name: "requestVerification",
    call: (caller) => users.requestVerification(caller),
    good: { status: 202, body: {} },
    declared: ["signed_out", "throttled"],
  },
  {
    name: "verifyAddress",
    call: (caller) => users.verifyAddress(caller, { token: "t" }),
    good: { status: 200, body: {} },
    declared: ["refused", "throttled"],
  },
  {
    name: "changePassword",
    call: (caller) => users.changePassword(caller, { password: "secret", newPassword: "other" }),
    good: { status: 204 },
    declared: ["refused", "signed_out", "throttled"],
  },
  {
    name: "requestAddressChange",
    call: (caller) => users.requestAddressChange(caller, credentials),
    good: { status: 202, body: {} },
    declared: ["refused", "signed_out", "throttled"],
  },
  {
    name: "requestErasure",
    call: (caller) => users.requestErasure(caller, { password: "secret" }),
    good: { status: 202, body: {} },
    declared: ["refused", "signed_out", "throttled"],
  },
  {
    name: "eraseAccount",
    call: (caller) => users.eraseAccount(caller, { token: "t" }),
    good: { status: 200, body: {} },
    declared: ["refused", "throttled"],
  },
  {
    name: "listSessions",
    call: (caller) => users.listSessions(caller),
    good: { status: 200, body: [] },
    declared: ["signed_out"],
  },
  {
    name: "endSession",
    call: (caller) => users.endSession(caller, "s1"),
    good: { status: 204 },
    declared: ["signed_out", "not_found", "throttled"],
  },
  {
    name: "endOtherSessions",
    call: (caller) => users.endOtherSessions(caller),
    good: { status: 204 },
    declared: ["signed_out", "not_found", "throttled"],
  },
  {
    name: "getSettings",
    call: (caller) => settings.getSettings(caller),
    good: { status: 200, body: { holdSeconds: 900 } },
    declared: [],
  },
  {
    name: "listTickets",
    call: (caller) => tickets.listTickets(caller, {}),
    good: { status: 200, body: [ticket] },
    declared: ["refused"],
  },
  {
    name: "getTicket",
    call: (caller) => tickets.getTicket(caller, "t1"),
    good: { status: 200, body: ticket },
    declared: ["not_found"],
  },
  {
    name: "createTicket",
    call: (caller) => tickets.createTicket(caller, input, "key"),
    good: { status: 201, body: ticket },
    declared: ["refused", "signed_out", "throttled"],
  },
  {
    name: "updateTicket",
    call: (caller) => tickets.updateTicket(caller, "t1", input),
    good: { status: 200, body: ticket },
    declared: ["refused", "signed_out", "not_found", "throttled"],
  },
  {
    name: "listOwnTickets",
    call: (caller) => tickets.listOwnTickets(caller),
    good: { status: 200, body: [ticket] },
    declared: ["refused", "signed_out"],
  },
  {
    name: "listSales",
    call: (caller) => tickets.listSales(caller),
    good: { status: 200, body: [{ orderId: "o1", ticket }] },
    declared: ["refused", "signed_out"],
  },
  {
    name: "withdrawTicket",
    call: (caller) => tickets.withdrawTicket(caller, "t1"),
    good: { status: 204 },
    declared: ["refused", "signed_out", "not_found", "throttled"],
  },
  {
    name: "listOrders",
    call: (caller) => orders.listOrders(caller),
    good: { status: 200, body: [order] },
    declared: ["refused", "signed_out"],
  },
  {
    name: "getOrder",
    call: (caller) => orders.getOrder(caller, "o1"),
    good: { status: 200, body: order },
    declared: ["signed_out", "not_found"],
  },
  {
    name: "createOrder",
    call: (caller) => orders.createOrder(caller, { ticketId: "t1" }, "key"),
    good: { status: 201, body: order },
    declared: ["refused", "signed_out", "not_found", "throttled"],
  },
  {
    name: "cancelOrder",
    call: (caller) => orders.cancelOrder(caller, "o1"),
    good: { status: 204 },
    declared: ["refused", "signed_out", "not_found", "throttled"],
  },
  {
    name: "createPayment",
    call: (caller) => payments.createPayment(caller, { token: "tok_visa", orderId: "o1" }, "key"),
    good: { status: 201, body: { id: "p1" } },
    declared: ["refused", "signed_out", "not_found", "throttled"],
  },
  {
    name: "getRefundable",
    call: (caller) => payments.getRefundable(caller, "o1"),
    good: { status: 200, body: { orderId: "o1", refundable: 5, refunding: 0, refunded: 0 } },
    declared: ["signed_out", "not_found"],
  },
  {
    name: "refundOrder",
    call: (caller) => payments.refundOrder(caller, "o1", { relist: true }, "key"),
    good: { status: 201, body: { id: "r1", status: "refunded" } },
    declared: ["refused", "signed_out", "not_found", "throttled"],
  },
];

const outcomeOf: Record<number, string> = {
  302: "unavailable",
  400: "refused",
  401: "signed_out",
  403: "refused",
  404: "not_found",
  409: "refused",
  413: "refused",
  415: "refused",
  422: "refused",
  429: "throttled",
  500: "unavailable",
  502: "unavailable",
  503: "unavailable",
};

for (const { name, call, good, declared } of calls)
  describe(name, () => {
    it("succeeds with its own success status", async () => {
      assert.equal((await call(answering(good).caller)).outcome, "ok");
    });

    for (const [status, outcome] of Object.entries(outcomeOf)) {
      const expected = declared.includes(outcome) ? outcome : "unavailable";
      it(`answers ${expected} to ${status}`, async () => {
        const answer = { status: Number(status), body: { title: "no", errors: [] } };
        assert.equal((await call(answering(answer).caller)).outcome, expected);
      });
    }

    it("answers unavailable when the API cannot be reached", async () => {
      const { caller } = answering(new TypeError("fetch failed"));
      assert.equal((await call(caller)).outcome, "unavailable");
    });

    it("answers unavailable to a page instead of JSON", async () => {
      const fetch = async () =>
        new Response("<h1>Bad gateway</h1>", { status: good.status === 204 ? 502 : good.status });
      const caller = { baseUrl: "", headers: {}, fetch: fetch as typeof globalThis.fetch };
      assert.equal((await call(caller)).outcome, "unavailable");
    });
  });

describe("what a call sends", () => {
  it("carries the caller's headers, and a body as JSON", async () => {
    const { caller, seen } = answering({ status: 201, body: ticket });
    await tickets.createTicket(caller, input, "key");
    const [{ url, init }] = seen as [Seen];
    assert.equal(url, "http://api/api/tickets");
    assert.equal(init.method, "POST");
    assert.equal(init.body, JSON.stringify(input));
    assert.deepEqual(init.headers, {
      cookie: "session=a.b.c",
      accept: "application/json",
      "content-type": "application/json",
      "idempotency-key": "key",
    });
  });

  it("names the attempt of an order, of a payment and of a refund", async () => {
    const { caller, seen } = answering({ status: 503 });
    await orders.createOrder(caller, { ticketId: "t1", price: "19.99" }, "first");
    await payments.createPayment(caller, { token: "tok_visa", orderId: "o1" }, "second");
    await payments.refundOrder(caller, "o1", {}, "third");
    const keys = seen.map(
      ({ init }) => (init.headers as Record<string, string>)["idempotency-key"],
    );
    assert.deepEqual(keys, ["first", "second", "third"]);
  });

  it("does not let an id leave its place in the path", async () => {
    const { caller, seen } = answering({ status: 404 });
    await tickets.getTicket(caller, "../users/currentuser?x=");
    assert.equal(seen[0]?.url, "http://api/api/tickets/..%2Fusers%2Fcurrentuser%3Fx%3D");
  });
});

describe("a file", () => {
  it("is handed over with every status", async () => {
    for (const status of [200, 401, 503]) {
      const { caller, seen } = answering({ status, body: "x" });
      const answer = await delivery.openTicketFile(caller, "a/b");
      assert.equal(answer?.status, status);
      assert.equal(seen[0]?.url, "http://api/api/orders/a%2Fb/ticket/file");
      assert.deepEqual(seen[0]?.init.headers, { cookie: "session=a.b.c" });
    }
  });

  it("is undefined when no answer came", async () => {
    const { caller } = answering(new TypeError("gone"));
    assert.equal(await delivery.openTicketFile(caller, "o1"), undefined);
  });
});

describe("what a call brings back", () => {
  it("is a list of what was listed, be it one ticket or a lot", async () => {
    for (const body of [ticket, [ticket, ticket]]) {
      const answer = await tickets.createTicket(
        answering({ status: 201, body }).caller,
        input,
        "k",
      );
      assert.deepEqual(answer, { outcome: "ok", tickets: [body].flat() });
    }
  });

  it("keeps every complaint with its field, code and parameters", async () => {
    const errors = [
      { code: "empty", params: {}, message: "title must not be empty", field: "title" },
      { code: "too_small", params: { min: 1 }, message: "price is too low", field: "price" },
    ];
    const { caller } = answering({ status: 400, body: { slug: "invalid_input", errors } });
    const answer = await tickets.createTicket(caller, input, "key");
    assert.deepEqual(answer, { outcome: "refused", slug: "invalid_input", complaints: errors });
  });

  it("falls back to the problem's detail", async () => {
    const { caller } = answering({ status: 400, body: { detail: "Too late." } });
    const answer = await orders.createOrder(caller, { ticketId: "t1" }, "key");
    assert.deepEqual(answer, {
      outcome: "refused",
      slug: "",
      complaints: [{ message: "Too late." }],
    });
  });

  it("says which limit is met, in the API's words", async () => {
    const detail =
      "You have let this ticket expire 3 times. Order it again in 60 minutes, or let others have it.";
    const body = { slug: "ticket_paused", detail };
    const paused = await orders.createOrder(
      answering({ status: 429, body }).caller,
      { ticketId: "t1" },
      "key",
    );
    assert.deepEqual(paused, { outcome: "throttled", complaint: { message: detail } });
    const wordless = await users.signIn(answering({ status: 429 }).caller, credentials);
    assert.deepEqual(wordless, {
      outcome: "throttled",
      complaint: { message: "Try again in a minute." },
    });
  });

  it("hands over both cookies of a new session", async () => {
    const headers = new Headers();
    headers.append("set-cookie", "session=a.b.c; Path=/; HttpOnly");
    headers.append("set-cookie", "refresh=r; Path=/; HttpOnly");
    const answer = await users.signIn(
      answering({ status: 200, body: user, headers }).caller,
      credentials,
    );
    assert.equal(answer.outcome, "ok");
    assert.equal(answer.outcome === "ok" && answer.setCookies.length, 2);
  });

  it("finds the cursors of the pages before and after, and their absence", async () => {
    const link =
      '</api/tickets?limit=24&cursor=abc&status=sold>; rel="next", ' +
      '</api/tickets?limit=24&cursor=-abd&status=sold>; rel="prev"';
    const more = await tickets.listTickets(
      answering({ status: 200, body: [ticket], headers: { link } }).caller,
    );
    assert.equal(more.outcome === "ok" && more.next, "abc");
    assert.equal(more.outcome === "ok" && more.previous, "-abd");
    const last = await tickets.listTickets(answering({ status: 200, body: [] }).caller);
    assert.deepEqual(last, { outcome: "ok", tickets: [], next: undefined, previous: undefined });
  });

  it("distinguishes the two kinds of pending payment", async () => {
    const pay = (body: unknown) =>
      payments.createPayment(
        answering({ status: 202, body }).caller,
        { paymentMethodId: "pm", orderId: "o1" },
        "key",
      );
    assert.deepEqual(await pay({ id: "p1", status: "processing" }), { outcome: "processing" });
    assert.deepEqual(await pay({ id: "p1", status: "requires_action", clientSecret: "s" }), {
      outcome: "requires_action",
      clientSecret: "s",
    });
  });

  it("distinguishes a refund that is under way from one that is made", async () => {
    const body = { id: "r1", status: "processing" };
    const { caller } = answering({ status: 202, body });
    const answer = await payments.refundOrder(caller, "o1", {}, "key");
    assert.deepEqual(answer, { outcome: "processing" });
  });
});
