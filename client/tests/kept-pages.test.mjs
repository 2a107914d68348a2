// Pages that visitors without a session share for a second.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { headersForAll, KeptPages, keptMs, keyOf } from "../server/kept-pages.mjs";
import { NonceSlots } from "../server/nonce-slots.mjs";
import { sendRaw, startApi, startClient, statusOf } from "./started.mjs";

const nonceOf = (seed) => Buffer.from(String(seed).padStart(36, "n")).toString("base64");

describe("a body with slots for the nonce", () => {
  const [old, fresh] = [nonceOf("old"), nonceOf("fresh")];
  const words = (count) =>
    Array.from({ length: count }, (_, i) => `<p>${i % 97} Łódź</p>`).join("");
  const bodies = {
    empty: "",
    "without a nonce": words(10),
    "that is the nonce": old,
    "with nonces side by side": old + old,
    "with nonces at both ends": old + words(3) + old,
    "with parts of a nonce": old.slice(0, 40) + words(2) + old + old.slice(1),
    "longer than the window of gzip": `${words(9_000)}${old}${words(9_000)}${old}`,
  };
  for (const [name, text] of Object.entries(bodies))
    it(`${name}: plain and gzip are the same text with the new nonce`, () => {
      const slots = new NonceSlots(Buffer.from(text), old);
      for (const nonce of [fresh, nonceOf("third"), old]) {
        const expected = text.replaceAll(old, nonce);
        assert.equal(slots.plain(nonce).toString(), expected);
        assert.equal(gunzipSync(slots.gzip(nonce)).toString(), expected);
      }
    });

  it("is compressed about as well as in one piece", () => {
    const script = `<script nonce="${old}">x</script>`;
    const page = (words(40) + script).repeat(20);
    const compressed = new NonceSlots(Buffer.from(page), old).gzip(fresh);
    assert.ok(compressed.length < page.length / 5, `${compressed.length} of ${page.length}`);
  });
});

describe("the key of a page", () => {
  const id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
  const none = Buffer.alloc(0);
  const keyFor = (url, headers = {}, method = "GET") =>
    keyOf({ method, url, headers: { host: "a", ...headers } }, none);

  it("is there for what all visitors see", () => {
    for (const url of ["/", "/?status=sold", `/tickets/${id}`, `/shows/${id}?cursor=x`])
      assert.ok(keyFor(url), url);
    for (const cookie of ["device=x", "__stripe_mid=1; __stripe_sid=2", ""])
      assert.equal(keyFor("/", { cookie }), keyFor("/"), cookie);
    assert.equal(keyFor("/", {}, "HEAD"), keyFor("/"));
  });

  const single = [
    ["a session", "/", { cookie: "session=a.b.c" }],
    ["a session among others", "/", { cookie: "device=x; __Host-session=a.b.c" }],
    ["a session without a space", "/", { cookie: "device=x;refresh=r" }],
    ["an empty session", "/", { cookie: "session=" }],
    ["kept input", "/", { cookie: "kept=%7B%7D" }],
    ["a cookie of another program", "/", { cookie: "x=1" }],
    ["a cookie whose name begins like a harmless one", "/", { cookie: "device2=1" }],
    ["the router's data", "/", { rsc: "1" }],
    ["the router's state", "/", { "next-router-state-tree": "x" }],
    ["an action", "/", { "next-action": "x" }],
    ["another page", "/orders", {}],
    ["a page below", `/tickets/${id}/edit`, {}],
    ["another spelling of a page", `//tickets/${id}`, {}],
    ["an id in capitals", `/tickets/${id.toUpperCase()}`, {}],
    ["a long query", `/?x=${"x".repeat(1_100)}`, {}],
    ["a long host", "/", { host: "x".repeat(1_100) }],
  ];
  for (const [name, url, headers] of single)
    it(`is missing with ${name}`, () => assert.equal(keyFor(url, headers), undefined));

  it("is missing for a form, and for a GET with a body", () => {
    assert.equal(keyFor("/", {}, "POST"), undefined);
    assert.equal(keyOf({ method: "GET", url: "/", headers: {} }, Buffer.from("x")), undefined);
  });

  it("has each header that Next gets, but those that only the API reads", () => {
    const headers = { host: "a", "x-forwarded-host": "b", "x-forwarded-proto": "https" };
    const given = { ...headers, "user-agent": "x", cookie: "device=1", "accept-language": "de" };
    assert.deepEqual(headersForAll({ headers: given }), { ...headers, "user-agent": "visitors" });
    for (const name of Object.keys(headers))
      assert.notEqual(keyFor("/", { ...headers, [name]: "other" }), keyFor("/", headers), name);
    const parts = { host: 'a","b', "x-forwarded-host": "c" };
    assert.notEqual(keyFor("/", parts), keyFor("/", { host: "a", "x-forwarded-host": 'b","c' }));
  });
});

describe("kept pages", () => {
  const page = (bytes, isKept = true, isForOthers = true) => ({ bytes, isKept, isForOthers });
  let ms;
  const make = (max) => new KeptPages({ entries: 100, bytes: 10_000, ...max }, () => ms);
  const put = (pages, key, one = page(10)) => pages.add(key, async () => one);
  before(() => (ms = 0));

  it("are as old as their beginning", async () => {
    const pages = make();
    const begun = ms;
    const slow = page(10);
    const adding = pages.add("/", async () => {
      ms = begun + keptMs - 1;
      return slow;
    });
    const found = pages.find("/");
    assert.equal(await adding, slow);
    assert.equal(await found, slow, "who came while it was rendered gets it");
    assert.equal(await pages.find("/"), slow);
    ms = begun + keptMs;
    assert.equal(pages.find("/"), undefined);
    assert.deepEqual([pages.entries, pages.bytes], [0, 0]);
  });

  it("are few and small in all, and those in use stay", async () => {
    const pages = make();
    await put(pages, "/");
    for (let i = 0; i < 10_000; i++) {
      await put(pages, `/?${i}`, page(i % 3 === 0 ? 400 : 50));
      assert.ok(pages.entries <= 100 && pages.bytes <= 10_000, `${pages.entries} ${pages.bytes}`);
      assert.ok(await pages.find("/"), `after ${i}`);
    }
    await put(pages, "/large", page(10_001));
    assert.deepEqual([pages.entries, pages.bytes], [0, 0]);
  });

  it("are few also while none of them is finished", () => {
    const pages = make();
    for (let i = 0; i < 1_000; i++) void pages.add(`/?${i}`, () => new Promise(() => {}));
    assert.equal(pages.entries, 100);
  });

  it("are not failures, and what is for one visitor goes to no other", async () => {
    const pages = make();
    const failed = page(10, false);
    const adding = put(pages, "/", failed);
    const waiting = pages.find("/");
    assert.equal(await adding, failed);
    assert.equal(await waiting, failed, "who waited for it sees it, too");
    assert.equal(pages.find("/"), undefined);
    const refused = put(pages, "/", page(10, false, false));
    assert.equal(await pages.find("/"), undefined, "and renders a page of their own");
    assert.ok(await refused);
    const broken = pages.add("/", async () => {
      throw new Error("broken");
    });
    const other = pages.find("/");
    await assert.rejects(broken, /broken/);
    assert.equal(await other, undefined);
    assert.deepEqual([pages.entries, pages.bytes], [0, 0]);
  });

  it("that were dropped before they were finished count for nothing", async () => {
    const pages = make({ entries: 1 });
    const { promise, resolve } = Promise.withResolvers();
    const first = pages.add("/1", () => promise);
    const second = put(pages, "/2", page(7));
    resolve(page(5));
    await Promise.all([first, second]);
    assert.deepEqual([pages.entries, pages.bytes], [1, 7]);
  });
});

/** A shop with one ticket. A test changes what it answers. */
const id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
const seller = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c";
const settings = { holdSeconds: 900, currency: "usd", ownTickets: true, proofRequired: true };

function shop() {
  const state = {
    reads: [],
    fail: {},
    delayMs: 0,
    goOn: undefined,
    ticket: { status: "available", title: "Opera" },
  };
  const answers = {
    "/api/settings": () => settings,
    "/api/shows/upcoming": () => ({ shows: [], more: false, cities: [] }),
    "/api/users/currentuser": (request) => ({ currentUser: userOf(request) }),
    "/api/tickets": () => [ticket()],
    [`/api/tickets/${id}`]: () => ticket(),
  };
  const ticket = () => ({
    ...{ id, userId: seller, price: 12, version: 0, createdAt: "2026-01-01T00:00:00.000Z" },
    ...state.ticket,
  });
  const userOf = ({ headers }) => {
    const name = /\bsession=(\w+)/.exec(headers.cookie ?? "")?.[1];
    return name ? { id: seller, email: `${name}@example.com`, roles: ["member"] } : null;
  };
  const answer = async (request, response) => {
    request.resume();
    const path = request.url.split("?")[0];
    state.reads.push(request);
    if (state.delayMs > 0) await wait(state.delayMs);
    await state.goOn;
    const status = state.fail[path]?.(request) ?? (answers[path] ? 200 : 404);
    const body = status === 200 ? answers[path](request) : { status, slug: "x", errors: [] };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  return { state, answer };
}

describe("the front page and a ticket's page", () => {
  let api, client, state;
  before(async () => {
    const made = shop();
    state = made.state;
    api = await startApi(made.answer);
    client = await startClient({ API_URL: api.url });
    await text("/"); // reads the settings
  });
  after(async () => {
    await client?.stop();
    api?.stop();
  });
  /** A page whose data has not come after 12 s is a failure: a busy machine renders few in that time. */
  const atOnce = 5;
  /** What was kept before is over. */
  const newSecond = () => wait(keptMs + 20);

  const get = (path, headers = {}, more = {}) => fetch(client.url + path, { headers, ...more });
  const text = async (path, headers) => (await get(path, headers)).text();
  const signedIn = (name) => ({ cookie: `session=${name}` });
  const nonceOfAnswer = ({ headers }) =>
    /'nonce-([^']+)'/.exec(headers.get("content-security-policy"))[1];

  it("are rendered once for many visitors, each with a nonce of its own", async () => {
    await newSecond();
    state.reads = [];
    const begun = performance.now();
    const answers = await Promise.all(Array.from({ length: 60 }, () => get("/")));
    const seconds = Math.ceil((performance.now() - begun) / keptMs);
    const nonces = answers.map(nonceOfAnswer);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    const lists = state.reads.filter(({ url }) => url.startsWith("/api/tickets")).length;
    assert.ok(lists <= 1 + seconds, `${lists} reads for 60 visitors in ${seconds} s`);
    assert.equal(new Set(nonces).size, 60);
    const ids = answers.map(({ headers }) => headers.get("x-request-id"));
    assert.equal(new Set(ids).size, 60);
    for (const [i, page] of texts.entries()) {
      const used = new Set(page.match(/(?<=nonce=")[^"]+/g));
      assert.deepEqual([...used], [nonces[i]]);
      assert.ok(answers[i].headers.get("link").includes(nonces[i]));
      assert.equal(page.replaceAll(nonces[i], ""), texts[0].replaceAll(nonces[0], ""));
    }
  });

  it("never show a visitor what is a user's, nor a user what is another's", async () => {
    await newSecond();
    const names = [undefined, "ada", "grace"];
    const asked = Array.from({ length: 90 }, (_, i) => [
      i % 2 ? "/" : `/tickets/${id}`,
      names[i % 3],
    ]);
    for (let at = 0; at < asked.length; at += atOnce)
      await Promise.all(
        asked.slice(at, at + atOnce).map(async ([path, name]) => {
          const page = await text(path, name ? signedIn(name) : {});
          for (const other of ["ada", "grace"])
            assert.equal(page.includes(`${other}@`), other === name, `${path} of ${name}`);
        }),
      );
  });

  it("take a session beside harmless cookies for a session", async () => {
    await text("/");
    assert.match(await text("/", { cookie: "device=x; session=ada" }), /ada@/);
    assert.doesNotMatch(await text("/", { cookie: "device=ada" }), /ada@/);
  });

  it("leave a title that is an earlier nonce as it is", async () => {
    const path = `/tickets/${id}`;
    const seen = nonceOfAnswer(await get(path));
    state.ticket.title = `Opera ${seen}`;
    await newSecond();
    for (let i = 0; i < 2; i++) {
      const answer = await get(path);
      assert.notEqual(nonceOfAnswer(answer), seen);
      assert.match(await answer.text(), new RegExp(`<h1[^>]*>[^]*?Opera ${seen}`));
    }
    state.ticket.title = "Opera";
  });

  it("show a change a second later, and users see it at once", async () => {
    const path = `/tickets/${id}`;
    await newSecond();
    assert.match(await text(path), /Sign in to buy/);
    state.ticket = { ...state.ticket, status: "reserved", version: 1 };
    assert.doesNotMatch(await text(path, signedIn("ada")), /Buy for/);
    await newSecond();
    assert.doesNotMatch(await text(path), /Sign in to buy/);
    state.ticket = { status: "available", title: "Opera" };
  });

  it("say to buyer and seller that each ticket has to be given, promised or not", async () => {
    const path = `/tickets/${id}`;
    for (const promise of [{}, { filePromised: true }]) {
      state.ticket = { ...state.ticket, ...promise };
      await newSecond();
      const page = await text(path);
      assert.match(page, /The seller has to give the ticket itself within a day after the sale/);
      assert.doesNotMatch(page, /name="filePromised"/, "an order does not depend on it");
      assert.match(await text(path, signedIn("ada")), /If it is sold before, you have a day/);
    }
    state.ticket = { ...state.ticket, hasFile: true };
    await newSecond();
    assert.match(await text(path), /The ticket itself is attached/);
    state.ticket = { status: "available", title: "Opera" };
  });

  it("keep no failure, no missing ticket, and no page with a part missing", async () => {
    const path = `/tickets/${id}`;
    const failures = [
      ["/api/tickets", "/", 500, 503],
      [`/api/tickets/${id}`, path, 404, 404],
      [`/api/tickets/${id}`, path, 503, 503],
      ["/api/shows/upcoming", "/", 500, 200],
      ["/api/users/currentuser", "/", 503, 200],
    ];
    for (const [read, page, status, seen] of failures) {
      await newSecond();
      state.fail = { [read]: () => status };
      assert.equal((await get(page)).status, seen, read);
      state.fail = {};
      const answer = await get(page);
      assert.equal(answer.status, 200);
      assert.doesNotMatch(await answer.text(), /cannot be reached/);
    }
  });

  it("that the API refuses to one visitor are shown to the others", async () => {
    await newSecond();
    state.delayMs = 100;
    let refused = 0;
    state.fail = { "/api/tickets": () => (refused++ === 0 ? 429 : 200) };
    const answers = await Promise.all(Array.from({ length: 8 }, () => get("/")));
    state.delayMs = 0;
    state.fail = {};
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [...Array(7).fill(200), 503]);
  });

  it("are finished for those who wait when the first visitor has gone", async () => {
    await newSecond();
    const { promise, resolve: goOn } = Promise.withResolvers();
    state.goOn = promise;
    state.reads = [];
    const gone = new AbortController();
    const first = get("/", {}, { signal: gone.signal }).catch(() => "gone");
    while (state.reads.length === 0) await wait(5);
    const { host } = new URL(client.url);
    const second = sendRaw(
      client.port,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    await text("/healthz"); // was sent later
    gone.abort();
    assert.equal(await first, "gone");
    goOn();
    assert.equal(statusOf(await second), 200);
    assert.equal(state.reads.filter(({ url }) => url.startsWith("/api/tickets")).length, 1);
  });

  it("say to each host its own address, and pass no header of a visitor on", async () => {
    state.reads = [];
    await newSecond();
    const pageOf = (host) =>
      sendRaw(
        client.port,
        `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nUser-Agent: spy\r\n` +
          "Cookie: device=secret\r\nX-Forwarded-Host: evil.example\r\n\r\n",
      );
    for (const host of ["one.example", "two.example", "one.example"])
      assert.ok((await pageOf(host)).includes(`<link rel="canonical" href="http://${host}"`), host);
    for (const { headers } of state.reads)
      assert.deepEqual([headers.cookie, headers["user-agent"] === "spy"], [undefined, false]);
  });

  it("answer HEAD with the head alone, and Range and If-None-Match with the whole", async () => {
    const request = (method, more = "") =>
      sendRaw(client.port, `${method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`);
    for (let i = 0; i < 2; i++) {
      const answer = await request("HEAD");
      assert.equal(statusOf(answer), 200);
      assert.match(answer, /^content-length: \d{4,}\r$/im);
      assert.ok(answer.endsWith("\r\n\r\n"));
    }
    for (const more of ["Range: bytes=0-9\r\n", 'If-None-Match: "x"\r\n', "If-None-Match: *\r\n"]) {
      const answer = await request("GET", more);
      assert.equal(statusOf(answer), 200, more);
      assert.ok(answer.endsWith("</html>"), more);
      assert.match(answer, /^cache-control: private, no-cache, no-store/im);
    }
  });

  it("come as gzip to those who can read that, and as data to the router", async () => {
    for (const [coding, encoded] of [
      ["gzip", "gzip"],
      ["gzip;q=0", null],
      ["identity", null],
    ]) {
      const answer = await get("/", { "accept-encoding": coding });
      assert.equal(answer.headers.get("content-encoding"), encoded, coding);
      assert.match(answer.headers.get("vary"), /Accept-Encoding/i);
      assert.ok((await answer.text()).endsWith("</html>"), coding);
    }
    const data = await get("/", { rsc: "1" });
    assert.match(data.headers.get("content-type"), /^text\/x-component/);
    assert.match((await get("/")).headers.get("content-type"), /^text\/html/);
  });

  it("do not grow the server with 400 addresses of one page", async () => {
    const statuses = new Set();
    for (let i = 0; i < 400; i += atOnce)
      await Promise.all(
        Array.from({ length: atOnce }, async (_, j) => {
          const answer = await get(`/?${i + j}=${"x".repeat(500)}`);
          statuses.add(answer.status);
          await answer.body.cancel();
        }),
      );
    assert.deepEqual([...statuses], [200]);
  });
});
