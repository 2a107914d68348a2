// What travels to the browser: how much, under which policy, and what must not be in it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

const scriptBytesMax = 111_000;
const secrets = { STRIPE_KEY: "sk_test_canary0123456789", JWT_KEY: "canary-of-the-signing-key" };
const publishable = "pk_test_canary0123456789";

let stack: Stack;
let browser: Browser;
before(async () => {
  stack = await startStack({
    clientEnvironment: { ...secrets, STRIPE_PUBLISHABLE_KEY: publishable },
  });
  browser = await people.openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

test(`the front page transfers at most ${scriptBytesMax} bytes of script`, async (t) => {
  const person = await people.join(browser, stack, "budget");
  for (let index = 0; index < 24; index++) await people.put(person, stack, `Ticket ${index}`);
  const { context, page } = await people.visitor(browser);
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  const kinds = new Map<string, string>();
  const bytes: Record<string, number> = {};
  network.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? "?";
    bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength;
  });
  await page.goto(stack.url, { waitUntil: "load" });
  await page.getByRole("listitem").first().waitFor();
  await page.waitForTimeout(500);
  t.diagnostic(`bytes on the wire: ${JSON.stringify(bytes)}`);
  assert.ok((bytes["Script"] ?? 0) > 0);
  assert.ok((bytes["Script"] ?? 0) <= scriptBytesMax, `${bytes["Script"]} bytes of script`);
  assert.ok((bytes["Document"] ?? 0) <= 40_000, `${bytes["Document"]} bytes of HTML`);
  assert.ok((bytes["Stylesheet"] ?? 0) <= 20_000, `${bytes["Stylesheet"]} bytes of style`);
});

/** Runs in the page: notes its largest paint so far, and by how much it jumps. */
function notePaints() {
  const seen = { paintMs: 0, shift: 0 };
  Object.assign(window, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      seen.shift += (entry as never as { value: number }).value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    seen.paintMs = list.getEntries().at(-1)?.startTime ?? 0;
  }).observe({ type: "largest-contentful-paint", buffered: true });
}

test("the front page is there before its script, and does not jump", async (t) => {
  const { page } = await people.visitor(browser);
  await page.addInitScript(notePaints);
  const seen = () =>
    page.evaluate(() => (window as never as { seen: { paintMs: number; shift: number } }).seen);
  const { promise: painted, resolve: release } = Promise.withResolvers<void>();
  await page.route("**/_next/static/**/*.js", async (route) => {
    await painted;
    await route.continue();
  });
  const loaded = page.goto(stack.url);
  await people.heading(page, "Tickets from people").waitFor();
  await people.cards(page).last().waitFor();
  await people.until("the largest paint", async () => (await seen()).paintMs > 0);
  release();
  await loaded;
  await page.waitForTimeout(800);
  const after = await seen();
  t.diagnostic(JSON.stringify(after));
  assert.ok(after.shift < 0.1, `layout shift ${after.shift}`);
});

test("every script carries the page's nonce, and nothing else may run", async () => {
  const nonces = new Set<string>();
  for (let visit = 0; visit < 2; visit++) {
    const answer = await fetch(stack.url);
    const policy = answer.headers.get("content-security-policy") ?? "";
    const nonce = policy.match(/script-src [^;]*'nonce-([^']+)'/)?.[1] ?? assert.fail(policy);
    nonces.add(nonce);
    assert.doesNotMatch(policy.match(/script-src [^;]*/)?.[0] ?? "", /unsafe/);
    assert.doesNotMatch(policy, /unsafe-inline/);
    const html = await answer.text();
    for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) assert.ok(tag.includes(nonce), tag);
    assert.doesNotMatch(html, /<[^>]+\son[a-z]+=/, "inline handlers");
    assert.doesNotMatch(html, /<[^>]+\sstyle=/, "inline styles");
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.equal(answer.headers.get("x-powered-by"), null);
  }
  assert.equal(nonces.size, 2, "a nonce is used once");
});

test("a foreign script is not run", async () => {
  const { page } = await people.visitor(browser);
  await page.goto(stack.url);
  const ran = await page.evaluate(() => {
    const script = document.createElement("div");
    script.innerHTML = "<img src=x onerror='window.foreign = true'>";
    document.body.append(script);
    return new Promise((resolve) => setTimeout(() => resolve("foreign" in window), 300));
  });
  assert.equal(ran, false);
});

test("no secret is in any page or bundle; the publishable key is where it is used", async () => {
  const person = await people.join(browser, stack, "curious");
  const bodies: Promise<string>[] = [];
  person.page.on("response", (response) => {
    if (response.request().resourceType() !== "eventsource")
      bodies.push(response.text().catch(() => ""));
  });
  await person.page.route("https://js.stripe.com/**", (route) => route.abort());
  await person.page.goto(stack.url);
  const ticket = await people.sell(person, stack, "Curious", "10");
  await people.buy(person, ticket);
  await person.page.getByText("could not be loaded").waitFor();
  // Bodies of pages that were left are sometimes gone before they can be read; this one is asked for.
  const order = await person.page.request.get(person.page.url());
  bodies.push(order.text());
  const all = (await Promise.all(bodies)).join("\n");
  for (const secret of Object.values(secrets)) assert.ok(!all.includes(secret));
  assert.ok(all.includes(publishable));
});

test("Stripe's addresses are allowed only where there is a key for it", async () => {
  const policy = (await fetch(stack.url)).headers.get("content-security-policy") ?? "";
  assert.match(policy, /frame-src https:\/\/js\.stripe\.com/);
  const plain = await startStack();
  try {
    const without = (await fetch(plain.url)).headers.get("content-security-policy") ?? "";
    assert.doesNotMatch(without, /stripe/);
  } finally {
    await plain.stop();
  }
});

test("the API is behind the same address, streams included and unbuffered", async () => {
  const stream = await fetch(`${stack.url}/api/tickets/stream`);
  assert.equal(stream.headers.get("content-type")?.split(";")[0], "text/event-stream");
  const reader = stream.body?.getReader() ?? assert.fail("no body");
  const { value } = await reader.read();
  assert.match(new TextDecoder().decode(value), /^retry: \d+\n\n$/, "before the stream sends more");
  await reader.cancel();
  const described = await fetch(`${stack.url}/api/openapi.json`);
  assert.equal(((await described.json()) as { openapi: string }).openapi.split(".")[0], "3");
});

test("what is asked of the API from another site is refused on this way, too", async () => {
  const answer = await fetch(`${stack.url}/api/users/signout`, {
    method: "POST",
    headers: { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
  });
  assert.equal(answer.status, 403);
});
