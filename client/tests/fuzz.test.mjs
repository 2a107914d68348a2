// Malformed requests: each is answered with less than 500, and the log has no stack.
// CLIENT_FUZZ_REQUESTS (3,000) says how many, CLIENT_FUZZ_SEED repeats a run.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { emptyShop, root, sendRaw, startApi, startClient, statusOf } from "./started.mjs";

const count = Number(process.env.CLIENT_FUZZ_REQUESTS ?? 3_000);
const seed = Number(process.env.CLIENT_FUZZ_SEED ?? Date.now() % 1_000_000);
const manifest = `${root}client/.next/standalone/.next/server/server-reference-manifest.json`;
const actions = Object.keys(JSON.parse(readFileSync(manifest, "utf8")).node);

/** mulberry32: small, and the same everywhere. */
function randomOf(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = randomOf(seed);
const below = (most) => Math.floor(random() * most);
const one = (list) => list[below(list.length)];
const often = (share) => random() < share;

const id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
const paths = [
  ...["/", "/orders", `/orders/${id}`, "/tickets/new", `/tickets/${id}`, `/tickets/${id}/edit`],
  ...["/auth/signin", "/auth/signup", "/auth/signout", "/api/tickets", "/nowhere", "/healthz"],
  ...["/_next/image?url=/icon.svg&w=64&q=1", "/_next/data/x/index.json", "/_next/static/x.js"],
  ...["/_next/webpack-hmr", "/icon.svg", "/_not-found", "/_error", "/500", "/index", "/__nextjs"],
];
const methods = [
  "GET",
  "GET",
  "GET",
  "POST",
  "POST",
  "POST",
  "HEAD",
  "PUT",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
];
const bits = [
  "%",
  "%zz",
  "%00",
  "%2f",
  "%5c",
  "%e2%82",
  "..",
  "//",
  "\\",
  "?",
  "#",
  "[",
  "]",
  "$K1",
  "$ACTION",
  "\u00e9",
  "\u0001",
  ";",
  "&",
  "=",
  "__proto__",
  "constructor",
  "{",
  '"',
  "-1",
  "9".repeat(40),
  "a".repeat(300),
];
const headerNames = [
  "next-action",
  "next-router-state-tree",
  "rsc",
  "next-router-prefetch",
  "next-url",
  "next-router-segment-prefetch",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-for",
  "origin",
  "cookie",
  "x-action-forwarded",
  "x-middleware-subrequest",
  "x-invoke-path",
  "x-matched-path",
  "via",
  "x-nextjs-data",
  "x-nonce",
  "content-security-policy",
  "range",
  "if-none-match",
  "accept-encoding",
  "x-request-id",
  "traceparent",
  "upgrade",
  "expect",
  "purpose",
  "x-prerender-revalidate",
  "te",
];
const tree = encodeURIComponent(
  JSON.stringify(["", { children: ["__PAGE__", {}] }, null, null, 16]),
);
const values = [
  "1",
  "",
  "0",
  "x",
  "null",
  "[]",
  "{}",
  "%",
  tree,
  "https://evil.example",
  "http://localhost",
  "/_tree",
  "session=x; refresh=y",
  "a=%zz; __proto__=1",
  "websocket",
  "bytes=0-1",
  "100-continue",
];

/** A text with something cut out, put in or repeated. */
function mutated(text) {
  const at = below(text.length + 1);
  switch (below(4)) {
    case 0:
      return text.slice(0, at) + one(bits) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + below(8));
    case 2:
      return text.slice(at) + text.slice(0, at);
    default:
      return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1);
  }
}
const sometimes = (text, share) => (often(share) ? mutated(text) : text);

const state = '{"fields":{},"values":{"email":"a"},"attempt":""}';
/** Fields as React sends them, with script and without, now and then changed. */
function fieldsOf(action, withScript) {
  const prefix = withScript ? "_1_" : "";
  const fields = [
    ["title", "Opera"],
    ["price", "12"],
    ["email", "a@b.c"],
    ["password", "secret99"],
    ["orderId", id],
    ["ticketId", id],
    ["attempt", id],
    ["token", "tok_visa"],
    ["next", "/orders"],
  ]
    .filter(() => often(0.7))
    .map(([name, value]) => [prefix + name, sometimes(value, 0.2)]);
  if (withScript)
    fields.push(["0", one([`[${state},"$K1"]`, '["$K1"]', `[${sometimes(state, 0.5)},"$K1"]`])]);
  else if (often(0.5)) fields.unshift([`$ACTION_ID_${action}`, ""]);
  else
    fields.unshift(
      ["$ACTION_REF_1", ""],
      ["$ACTION_1:0", `{"id":"${action}","bound":"$@1"}`],
      ["$ACTION_1:1", `[${state}]`],
      ["$ACTION_KEY", "k1"],
    );
  return fields.map(([name, value]) => [sometimes(name, 0.05), sometimes(value, 0.1)]);
}

function formRequest() {
  const action = often(0.9) ? one(actions) : mutated(actions[0]);
  const withScript = often(0.5);
  const body = `${fieldsOf(action, withScript)
    .map(
      ([name, value]) =>
        `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join("")}--b--\r\n`;
  if (often(0.1))
    return {
      method: "POST",
      path: one(paths),
      body: sometimes("[]", 0.3),
      headers: [
        ["next-action", action],
        ["content-type", "text/plain;charset=UTF-8"],
      ],
    };
  const type = sometimes("multipart/form-data; boundary=b", 0.05);
  const headers = [["content-type", type]];
  if (withScript) headers.push(["next-action", action], ["accept", "text/x-component"]);
  if (withScript && often(0.8)) headers.push(["next-router-state-tree", sometimes(tree, 0.1)]);
  return { method: "POST", path: one(paths), headers, body: sometimes(body, 0.1) };
}

function request() {
  const made = often(0.5)
    ? formRequest()
    : {
        method: one(methods),
        path: sometimes(one(paths), 0.6),
        headers: [],
        body: often(0.3) ? mutated("x=1") : "",
      };
  // As browsers do; without it a form goes no further.
  if (made.method === "POST" && often(0.95)) made.headers.push(["origin", "http://localhost"]);
  for (let more = below(3); more > 0; more--)
    made.headers.push([one(headerNames), sometimes(one(values), 0.2)]);
  const target = often(0.02) ? one(["*", "http://localhost/", "//evil.example/..", ""]) : made.path;
  const lines = made.headers.map(
    ([name, value]) => `${name}: ${value.replace(/[\r\n\0]/g, "")}\r\n`,
  );
  const body = Buffer.from(made.body, "latin1");
  const length = body.length || made.method === "POST" ? `Content-Length: ${body.length}\r\n` : "";
  return (
    `${made.method} ${target.replace(/[\r\n]/g, "")} HTTP/1.1\r\nHost: localhost\r\n` +
    `Connection: close\r\n${lines.join("")}${length}\r\n${made.body}`
  );
}

let api, client;
before(async () => {
  api = await startApi(emptyShop);
  client = await startClient({ API_URL: api.url });
});
after(async () => {
  await client?.stop();
  api?.stop();
});

test(
  `${count} malformed requests, seed ${seed}: no 5xx, no stack`,
  { timeout: 3_600_000 },
  async (t) => {
    const statuses = {};
    const bad = [];
    let left = count;
    const worker = async () => {
      while (left-- > 0) {
        const sent = request();
        const answer = await sendRaw(client.port, Buffer.from(sent, "latin1"), { forMs: 120_000 });
        const status = statusOf(answer);
        statuses[status] = (statuses[status] ?? 0) + 1;
        const redirect = /^location: *(\S*)/im.exec(
          answer.slice(0, answer.indexOf("\r\n\r\n")),
        )?.[1];
        const leaves =
          redirect && new URL(redirect, "http://localhost").origin !== "http://localhost";
        if (status === 0 || status >= 500 || leaves)
          bad.push(`${sent}\n=> ${answer.slice(0, 600)}`);
      }
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    t.diagnostic(JSON.stringify(statuses));
    assert.equal(
      bad.length,
      0,
      `${bad.length} with seed ${seed}, such as\n${bad.slice(0, 8).join("\n----\n")}`,
    );
    assert.doesNotMatch(client.said(), /^\s+at /m, `a stack in the log, seed ${seed}`);
    assert.ok(statuses[200] > count / 20, "some are what Next answers");
  },
);

test("an action that a visitor marks as forwarded leaves no stack", async () => {
  for (const action of actions) {
    const part = (name, value) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const state = '[{"fields":{},"values":{},"attempt":""},"$K1"]';
    const body = `${part("_1_next", "/orders")}${part("0", state)}--b--\r\n`;
    const sent =
      "POST /_next/data/x/index.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
      `Content-Type: multipart/form-data; boundary=b\r\nNext-Action: ${action}\r\n` +
      "Origin: http://localhost\r\n" +
      `Accept: text/x-component\r\nNext-Router-State-Tree: ${tree}\r\nX-Action-Forwarded: 1\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`;
    const answer = await sendRaw(client.port, Buffer.from(sent, "latin1"), { forMs: 120_000 });
    assert.ok(statusOf(answer) < 500, answer.slice(0, 300));
  }
  assert.doesNotMatch(client.said(), /^\s+at /m);
});
