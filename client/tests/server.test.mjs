// The client's server in front of Next, with an API of the test's own behind it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import net from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { callerOf, forwardedAddress } from "../server/callers.mjs";
import { bodyBytesMax, limits } from "../server/limits.mjs";
import {
  emptyShop,
  freePort,
  memoryMost,
  root,
  runClient,
  sendRaw,
  startApi,
  startClient,
  statusOf,
  until,
} from "./started.mjs";

/** For hundreds of answers: a busy machine takes many times as long as one on which nothing else runs. */
const patienceMs = 300_000;
const mebibyte = 1024 * 1024;
const head = "Host: localhost\r\nConnection: close\r\n";
/** Of a page whose connection stays open: it is sent in one piece. */
const pageEnd = "</html>";
const bodyOf = (answer) => answer.slice(answer.indexOf("\r\n\r\n") + 4);

describe("an API_URL that leads back to the client", () => {
  const hosts = ["localhost", "127.0.0.1", "127.0.0.9", "[::1]", "[::]", "0.0.0.0", "2130706433"];
  for (const host of [...hosts, "[::ffff:127.0.0.1]"])
    it(`is refused at start when it is ${host}`, async () => {
      const port = String(freePort());
      const { code, said } = await runClient({ PORT: port, API_URL: `http://${host}:${port}` });
      assert.equal(code, 2, said);
      assert.match(said, /^client: API_URL \(http:\S+\) is the client's own address[^\n]*\n$/);
    });

  it("is refused by the machine's own name, and by its addresses", async () => {
    const port = String(freePort());
    const name = readFileSync("/proc/sys/kernel/hostname", "utf8").trim();
    const { code, said } = await runClient({ PORT: port, API_URL: `http://${name}:${port}` });
    assert.equal(code, 2, said);
  });

  it("gets 508 once a request has passed through, if it only then shows", async () => {
    const [port, between] = [freePort(), freePort()];
    // What a port forward, or the name of the client's own Service in a cluster, looks like.
    let passed = 0;
    const forward = net.createServer((from) => {
      passed++;
      const to = net.connect(port, "127.0.0.1");
      from.pipe(to).pipe(from);
      for (const end of [from, to]) end.on("error", () => [from, to].forEach((s) => s.destroy()));
    });
    forward.listen(between, "127.0.0.1");
    const client = await startClient({
      PORT: String(port),
      API_URL: `http://127.0.0.1:${between}`,
    });
    try {
      const answer = await fetch(`${client.url}/api/tickets`);
      assert.equal(answer.status, 508);
      assert.equal(answer.headers.get("content-type"), "application/problem+json");
      assert.match((await answer.json()).detail, /passed through this server already/);
      const page = await fetch(client.url);
      assert.equal(page.status, 503);
      await page.body.cancel();
      assert.ok(passed < 20, `a page has made ${passed} connections to itself`);
    } finally {
      await client.stop();
      forward.close();
    }
  });

  it("does not keep one client from being the API of another", async () => {
    const api = await startApi(emptyShop);
    const inner = await startClient({ API_URL: api.url });
    const outer = await startClient({ API_URL: inner.url });
    try {
      assert.equal(await (await fetch(`${outer.url}/api/tickets`)).text(), "[]");
      const page = await fetch(outer.url);
      assert.equal(page.status, 200);
      await page.body.cancel();
    } finally {
      await Promise.all([outer.stop(), inner.stop()]);
      api.stop();
    }
  });
});

describe("a wrong setting", () => {
  const wrong = [
    [{ PORT: "eighty" }, /PORT must be a number from 1 to 65535, not "eighty"/],
    [{ API_URL: "api:4000" }, /API_URL must be like http:\/\/127\.0\.0\.1:4000, not "api:4000"/],
  ];
  for (const [environment, sentence] of wrong)
    it(`is named: ${JSON.stringify(environment)}`, async () => {
      const { code, said } = await runClient(environment);
      assert.equal(code, 2);
      assert.match(said, sentence);
      assert.equal(said.trim().split("\n").length, 1, said);
    });

  it("names a port that is taken", async () => {
    const api = await startApi(emptyShop);
    const { code, said } = await runClient({ PORT: new URL(api.url).port });
    api.stop();
    assert.equal(code, 1);
    assert.match(said, /client: port \d+ \(PORT\) is taken\n/);
  });
});

describe("requests that Next cannot answer", () => {
  let api, client;
  before(async () => {
    api = await startApi(emptyShop);
    client = await startClient({ API_URL: api.url });
  });
  after(async () => {
    await client?.stop();
    api?.stop();
  });

  const router = (state) =>
    `GET / HTTP/1.1\r\n${head}RSC: 1\r\nNext-Router-State-Tree: ${state}\r\n`;
  const post = (fields, body = "") =>
    `POST /auth/signup HTTP/1.1\r\n${head}${fields}Content-Length: ${body.length}\r\n\r\n${body}`;
  const typed = "Content-Type: multipart/form-data; boundary=b\r\n";
  const form = `${typed}Origin: http://localhost\r\n`;
  const part = (name, value) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--b--\r\n`;
  const ofAnotherBuild = part(`$ACTION_ID_${"60".padEnd(42, "a")}`, "");
  const file = (name) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"; filename="a.png"\r\n` +
    "Content-Type: image/png\r\n\r\nx\r\n";
  const ticketPage = "/tickets/01939f41-1f6b-7a3c-b7d5-9e8f7a6b5c03";
  const withFiles = (path, ...names) =>
    post(form, names.map(file).join("") + ofAnotherBuild).replace("/auth/signup", path);
  const cases = [
    [
      "an upgrade is ignored",
      `GET / HTTP/1.1\r\n${head}`.replace("close", "Upgrade") +
        "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n",
      200,
    ],
    [
      "an upgrade to HTTP/2 is ignored",
      `GET /healthz HTTP/1.1\r\n${head}` +
        "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
      200,
    ],
    ["a tunnel", `CONNECT example.invalid:443 HTTP/1.1\r\n${head}\r\n`, 405],
    ["a target that is no path", `GET * HTTP/1.1\r\n${head}\r\n`, 400],
    ["a whole address", `GET http://localhost/healthz HTTP/1.1\r\n${head}\r\n`, 200],
    ["a bad escape", `GET /tickets/%zz HTTP/1.1\r\n${head}\r\n`, 400],
    ["half a character", `GET /%e2%82 HTTP/1.1\r\n${head}\r\n`, 400],
    ["a method of no page", `DELETE / HTTP/1.1\r\n${head}\r\n`, 405],
    ["a router's state that is no JSON", `${router("%5B%22")}\r\n`, 400],
    ["a router's state of another shape", `${router("%5B%5D")}\r\n`, 400],
    [
      "a form of another site",
      post(`${typed}Origin: https://evil.example\r\n`, part("0", "[]")),
      403,
    ],
    ["a form that does not say from where", post(typed, part("0", "[]")), 403],
    [
      "a form without Origin of another site",
      post(`${typed}Sec-Fetch-Site: cross-site\r\n`, part("0", "[]")),
      403,
    ],
    [
      "a form without Origin of a site beside this one",
      post(`${typed}Sec-Fetch-Site: same-site\r\n`, part("0", "[]")),
      403,
    ],
    [
      "a form without Origin that the browser calls ours is read",
      post(`${typed}Sec-Fetch-Site: same-origin\r\n`),
      400,
    ],
    ["a form without fields", post(form), 400],
    [
      "a body that is no form",
      post("Content-Type: application/json\r\nOrigin: http://localhost\r\n", "{}"),
      415,
    ],
    ["an action that is none", post(`Next-Action: x\r\n${form}`, part("0", "[]")), 400],
    [
      "an action of another build",
      post(`Next-Action: ${"60".padEnd(42, "a")}\r\n${form}`, part("0", "[]")),
      404,
    ],
    ["a form of another build", post(form, ofAnotherBuild), 303],
    ["a file where no form sends one", withFiles("/auth/signup", "picture"), 400],
    ["a file of another name", withFiles("/shows/x/picture", "other"), 400],
    ["two files", withFiles("/shows/x/picture", "picture", "_1_picture"), 400],
    ["the picture of a show", withFiles("/shows/x/picture", "picture"), 303],
    ["a picture where a ticket's file belongs", withFiles(ticketPage, "picture"), 400],
    ["a ticket's file on the page of a new one", withFiles("/tickets/new", "file"), 400],
    ["a ticket's file and another", withFiles(ticketPage, "file", "_1_file"), 400],
    ["a ticket's file", withFiles(ticketPage, "file"), 303],
  ];
  for (const [name, request, status] of cases)
    it(`${name}: ${status}`, async () => {
      const answer = await sendRaw(client.port, request, { until: pageEnd });
      assert.equal(statusOf(answer), status, answer);
    });

  it("gives descriptors back after upgrades", async () => {
    const open = () => readdirSync(`/proc/${client.pid}/fd`).length;
    const before = open();
    // Next has been asked before: only then would it listen.
    assert.equal(statusOf(await sendRaw(client.port, `GET / HTTP/1.1\r\n${head}\r\n`)), 200);
    const upgrade =
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    const whole = { until: pageEnd };
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => sendRaw(client.port, upgrade, whole)),
    );
    assert.deepEqual([...new Set(answers.map(statusOf))], [200], "none waits without end");
    // Connections to the API are kept for some seconds.
    await until(`as few descriptors as before, ${before}`, () => open() <= before + 5);
  });

  it("wrote no stack into the log", () => {
    assert.doesNotMatch(client.said(), /^\s+at /m);
  });
});

describe("bodies", () => {
  let api, client;
  let seen = 0;
  before(async () => {
    api = await startApi((request, response) => {
      request.on("data", (chunk) => (seen += chunk.length));
      request.on("end", () => emptyShop(request, response));
    });
    client = await startClient({ API_URL: api.url });
  });
  after(async () => {
    await client?.stop();
    api?.stop();
  });

  const chunk = (bytes) => `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n`;
  const paths = ["/auth/signin", "/api/tickets"];
  for (const path of paths) {
    it(`over 1 MB by their own account are refused at ${path}`, async () => {
      const request = `POST ${path} HTTP/1.1\r\n${head}Content-Length: ${9 * mebibyte}\r\n\r\n`;
      const answer = await sendRaw(client.port, [request, "x".repeat(9 * mebibyte)]);
      assert.equal(statusOf(answer), 413, answer);
      const problem = JSON.parse(bodyOf(answer));
      assert.equal(problem.slug, "body_too_large");
      const { code, params } = problem.errors[0];
      assert.deepEqual({ code, params }, { code: "body_too_large", params: { max: mebibyte } });
    });

    it(`over 1 MB in chunks are refused at ${path}`, async () => {
      const request = `POST ${path} HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n`;
      const chunks = Array.from({ length: 60 }, () => chunk(64 * 1024));
      const answer = await sendRaw(client.port, [request, ...chunks, "0\r\n\r\n"]);
      assert.equal(statusOf(answer), 413, answer);
    });
  }

  it("that are announced are refused before they are sent", async () => {
    const request = `POST /api/tickets HTTP/1.1\r\n${head}Expect: 100-continue\r\n`;
    const answer = await sendRaw(client.port, `${request}Content-Length: ${9 * mebibyte}\r\n\r\n`);
    assert.equal(statusOf(answer), 413, answer);
  });

  it("reach the API whole, of any size", async () => {
    for (const size of [0, 1, 15_000, 17_000, 1_000_000]) {
      seen = 0;
      const answer = await fetch(`${client.url}/api/tickets`, {
        method: "POST",
        body: "x".repeat(size),
      });
      assert.equal(answer.status, 200);
      await answer.text();
      assert.equal(seen, size);
    }
  });

  it("of one caller leave room for those of another", async () => {
    const request = `POST /api/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`;
    const held = Array.from({ length: 20 }, () => {
      const socket = net.connect({
        port: client.port,
        host: "127.0.0.1",
        localAddress: "127.0.0.2",
      });
      let answer = "";
      socket.on("data", (data) => (answer += data)).on("error", () => {});
      socket.write(request + "x".repeat(900_000));
      return { socket, answer: () => answer };
    });
    const refused = () => held.filter(({ answer }) => statusOf(answer()) === 429).length;
    await until("the others are refused", () => refused() >= 10);
    assert.ok(refused() <= 13, `${refused()} of 20 refused`);
    const other = await sendRaw(
      client.port,
      `POST /api/tickets HTTP/1.1\r\n${head}Content-Length: 2\r\n\r\n{}`,
    );
    assert.equal(statusOf(other), 200);
    for (const { socket } of held) socket.destroy();
    const again = `POST /api/tickets HTTP/1.1\r\n${head}Content-Length: 2\r\n\r\n{}`;
    await until("what was held has been given back", async () => {
      return statusOf(await sendRaw(client.port, again, { from: "127.0.0.2" })) === 200;
    });
  });
});

describe("memory stays under the manifest's limit", () => {
  const manifest = readFileSync(`${root}infra/k8s/base/client.yaml`, "utf8");
  const container = manifest.slice(manifest.indexOf("- name: client\n"));
  const limit = Number(/limits: \{[^}]*memory: (\d+)Mi/.exec(container)[1]) * mebibyte;
  const underLimit = ({ pid }) => {
    const most = memoryMost(pid);
    assert.ok(most < limit, `${Math.round(most / mebibyte)} of ${limit / mebibyte} MiB`);
    return most;
  };

  it("while 40 bodies of 9 MB and 400 unfinished ones come in from many addresses", async (t) => {
    const api = await startApi(emptyShop);
    const client = await startClient({ API_URL: api.url });
    try {
      const big = Buffer.alloc(9 * mebibyte, 120);
      const request = `POST /auth/signin HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n`;
      const whole = Array.from({ length: 40 }, (_, i) =>
        sendRaw(client.port, [request, `${big.length.toString(16)}\r\n`, big, "\r\n0\r\n\r\n"], {
          forMs: patienceMs,
          from: `127.0.1.${i}`,
        }),
      );
      const unfinished = Array.from({ length: 400 }, (_, i) =>
        sendRaw(
          client.port,
          `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${"x".repeat(900_000)}`,
          { forMs: 3_000, from: `127.0.2.${i % 250}` },
        ),
      );
      // 503: there was no room for its first megabyte.
      for (const answer of await Promise.all(whole))
        assert.ok([413, 503].includes(statusOf(answer)), answer);
      await Promise.all(unfinished);
      t.diagnostic(`${Math.round(underLimit(client) / mebibyte)} MiB at most`);
    } finally {
      await client.stop();
      api.stop();
    }
  });

  it("while 600 visitors wait for an API that does not answer", async (t) => {
    const api = await startApi((request) => request.resume());
    const client = await startClient({ API_URL: api.url });
    try {
      const request = `GET / HTTP/1.1\r\n${head}\r\n`;
      const answers = await Promise.all(
        Array.from({ length: 600 }, (_, i) =>
          sendRaw(client.port, request, { forMs: patienceMs, from: `127.0.3.${i % 250}` }),
        ),
      );
      const statuses = new Set(answers.map(statusOf));
      t.diagnostic(`answers: ${[...statuses]}`);
      assert.deepEqual([...statuses], [503], "each gets an answer");
      t.diagnostic(`${Math.round(underLimit(client) / mebibyte)} MiB at most`);
    } finally {
      await client.stop();
      api.stop();
    }
  });

  it("while an API answers with more than a page can need", async (t) => {
    const endless = Buffer.alloc(64 * 1024, 32);
    const api = await startApi((request, response) => {
      request.resume();
      response.on("error", () => {});
      const more = () => {
        while (!response.destroyed && response.write(endless));
      };
      response.on("drain", more);
      more();
    });
    const client = await startClient({ API_URL: api.url });
    try {
      const answer = await sendRaw(client.port, `GET / HTTP/1.1\r\n${head}\r\n`);
      assert.equal(statusOf(answer), 503);
      t.diagnostic(`${Math.round(underLimit(client) / mebibyte)} MiB at most`);
    } finally {
      await client.stop();
      api.stop();
    }
  });
});

describe("connections", () => {
  it("of one address are limited, and those of another served", async () => {
    const api = await startApi(emptyShop);
    const client = await startClient({ API_URL: api.url });
    const held = [];
    try {
      for (let i = 0; i < 512; i++)
        held.push(net.connect({ port: client.port, host: "127.0.0.1", localAddress: "127.0.0.2" }));
      const request = `GET /healthz HTTP/1.1\r\n${head}\r\n`;
      const ask = async (from) => statusOf(await sendRaw(client.port, request, { from }));
      await until("one more is refused", async () => (await ask("127.0.0.2")) === 429);
      assert.equal(await ask("127.0.0.1"), 200);
      for (const socket of held) socket.destroy();
      await until("they are given back", async () => (await ask("127.0.0.2")) === 200);
    } finally {
      for (const socket of held) socket.destroy();
      await client.stop();
      api.stop();
    }
  });

  it("get one answer at a time, in order, when they send many requests at once", async () => {
    let [underWay, most] = [0, 0];
    const api = await startApi(async (request, response) => {
      most = Math.max(most, ++underWay);
      await wait(20);
      underWay--;
      response.end(`<${request.url}>`);
    });
    const client = await startClient({ API_URL: api.url });
    const asked = (i, end = "") => `GET /api/${i} HTTP/1.1\r\nHost: localhost\r\n${end}\r\n`;
    try {
      const paths = Array.from({ length: 20 }, (_, i) => i);
      const requests = paths.map((i) => asked(i, i === 19 ? "Connection: close\r\n" : ""));
      const answer = await sendRaw(client.port, requests.join(""));
      assert.deepEqual(
        answer.match(/<.*?>/g),
        paths.map((i) => `</api/${i}>`),
      );
      assert.equal(most, 1);
      const tooMany = await sendRaw(client.port, asked(0).repeat(1_000), { forMs: 3_000 });
      assert.ok((tooMany.match(/<.*?>/g) ?? []).length < 100);
      assert.equal(most, 1);
      assert.equal(statusOf(await sendRaw(client.port, asked(0, "Connection: close\r\n"))), 200);
    } finally {
      await client.stop();
      api.stop();
    }
  });

  it("that send half a request are closed in seconds", async () => {
    const client = await startClient({ API_URL: "http://127.0.0.1:9" });
    // Node by itself would wait for a minute.
    const answer = await sendRaw(client.port, "GET / HTTP/1.1\r\nHost: x\r\n", { forMs: 50_000 });
    assert.equal(statusOf(answer), 408);
    await client.stop();
  });
});

describe("callers", () => {
  const cases = [
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:10.1.2.3", "10.1.2.3"],
    ["::ffff:7f00:1", "127.0.0.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ];
  for (const [address, caller] of cases)
    it(`${address} is ${caller}`, () => assert.equal(callerOf(address), caller));

  const shared = new URL("../../tests/cases/forwarded-addresses.json", import.meta.url);
  for (const { entry, address } of JSON.parse(readFileSync(shared, "utf8")).cases)
    it(`X-Forwarded-For: ${entry} is ${address}`, () =>
      assert.equal(forwardedAddress(entry) ?? null, address));
});

describe("behind a proxy", () => {
  it("a caller does not choose the request id, of the page and at the API", async () => {
    const seen = [];
    const api = await startApi((request, response) => {
      seen.push(request.headers["x-request-id"]);
      emptyShop(request, response);
    });
    const client = await startClient({ API_URL: api.url, TRUST_PROXY: "1" });
    try {
      const headers = { "x-request-id": "the-id-of-another" };
      for (const path of ["/", "/api/tickets"]) {
        const answer = await fetch(client.url + path, { headers });
        await answer.text();
        assert.match(answer.headers.get("x-request-id"), /^[0-9a-f-]{36}$/, path);
      }
      assert.ok(seen.length >= 2);
      assert.ok(!seen.includes("the-id-of-another"), String(seen));
    } finally {
      await client.stop();
      api.stop();
    }
  });

  it("pages send HSTS behind HTTPS; without such a proxy they do not", async () => {
    const api = await startApi(emptyShop);
    const trusting = await startClient({ API_URL: api.url, TRUST_PROXY: "1" });
    const plain = await startClient({ API_URL: api.url });
    try {
      const headers = { "x-forwarded-proto": "https" };
      const policyOf = async ({ url }) => {
        const answer = await fetch(url, { headers });
        await answer.text();
        return answer.headers.get("strict-transport-security");
      };
      assert.equal(await policyOf(trusting), "max-age=31536000");
      assert.equal(await policyOf(plain), null);
    } finally {
      await Promise.all([trusting.stop(), plain.stop()]);
      api.stop();
    }
  });
});

it("has the limits that docs/limits.md lists", () => {
  const text = readFileSync(`${root}/docs/limits.md`, "utf8");
  const table = text.slice(text.indexOf("| resource | per address | in all |")).split("\n\n", 1)[0];
  const number = (value) => value.toLocaleString("en-US");
  const size = (bytes) => `${bytes / mebibyte} MiB`;
  const row = (resource, { caller, total }, form, answer) =>
    `| ${resource} | ${form(caller)} | ${form(total)} | ${answer} |`;
  const over = `429, in all 503; a body over ${size(bodyBytesMax)} 413`;
  assert.deepEqual(table.trim().split("\n").slice(2), [
    row("connections", limits.connections, number, "429, in all 503, then closed"),
    row("pages under way", limits.pages, number, "429, in all 503"),
    row("bytes of bodies in memory", limits.bodyBytes, size, over),
  ]);
  const { entries, bytes } = limits.keptPages;
  assert.ok(text.includes(`kept for a second: ${entries} pages and ${size(bytes)} in all`));
});
