// An access token ends under open pages: their streams end with it and come back, which the user does not see. A
// stream of a session that was signed out does not come back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page, Response } from "playwright-core";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

/** Long enough for what a busy machine does with one token. */
const tokenSeconds = 30;
const withinMs = 4 * tokenSeconds * 1_000;

let stack: Stack;
let browser: Browser;
before(async () => {
  stack = await startStack({ apiEnvironment: { ACCESS_TOKEN_SECONDS: String(tokenSeconds) } });
  browser = await people.openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  people.assertQuietConsoles();
});

/** The answers to requests for a stream of orders from now on. */
function orderStreams(page: Page): Response[] {
  const found: Response[] = [];
  page.on("response", (response) => {
    if (/\/api\/orders\/[^/]+\/stream$/.test(new URL(response.url()).pathname))
      found.push(response);
  });
  return found;
}

const isOpen = (response: Response) => response.status() === 200;
/** Gone when the page is loaded again. */
const mark = (page: Page) => page.evaluate(() => void (document.body.dataset["kept"] = "yes"));
const isMarked = (page: Page) => page.evaluate(() => document.body.dataset["kept"] === "yes");

test("open pages go on live when their access token has run out", async () => {
  const seller = await people.join(browser, stack, "seller");
  const buyer = await people.join(browser, stack, "buyer");
  const ticket = await people.put(seller, stack, "A long evening");
  const streams = orderStreams(buyer.page);
  const order = await people.buy(buyer, ticket);
  await people.ticketIs(buyer, ticket, "reserved");
  const front = people.listen(await buyer.context.newPage());
  await front.goto(stack.url);
  await front.getByText(buyer.email).waitFor();
  for (const page of [buyer.page, front]) await mark(page);
  // A tab in the background has no stream.
  await buyer.page.bringToFront();

  const isBack = () => streams.filter(isOpen).length >= 2;
  await people.until("a second stream of the order", isBack, withinMs);
  const cancelled = await buyer.context.request.delete(order.replace("/orders/", "/api/orders/"), {
    headers: { "sec-fetch-site": "same-origin" },
  });
  assert.equal(cancelled.status(), 204, "the page has renewed the session");
  await people.badge(buyer.page, "Cancelled").waitFor();

  await front.bringToFront();
  const renewed = await seller.context.request.post(`${stack.url}/api/users/refresh`, {
    data: {},
    headers: { "sec-fetch-site": "same-origin" },
  });
  assert.equal(renewed.status(), 200);
  await people.put(seller, stack, "A very late show");
  // The one whose order was cancelled is the other.
  await front.getByText("2 new tickets").waitFor();
  await front.getByText(buyer.email).waitFor();
  for (const page of [buyer.page, front])
    assert.ok(await isMarked(page), `${page.url()} was loaded again`);
});

test("after signing out in another tab the session's streams end and do not come back", async () => {
  const seller = await people.join(browser, stack, "seller");
  const buyer = await people.join(browser, stack, "leaver");
  const order = await people.buy(buyer, await people.put(seller, stack, "A short evening"));
  const cookies = (await buyer.context.cookies())
    .map(({ name, value }) => `${name}=${value}`)
    .join("; ");
  // What a copy of the cookies opens.
  const copy = await fetch(`${order.replace("/orders/", "/api/orders/")}/stream`, {
    headers: { cookie: cookies },
  });
  assert.equal(copy.status, 200);
  let hasEnded = false;
  void new globalThis.Response(copy.body).text().then(() => (hasEnded = true));

  const other = people.listen(await buyer.context.newPage());
  await other.goto(`${stack.url}/auth/signout`);
  await other.getByRole("button", { name: "Sign out now" }).click();
  await people.heading(other, "You are signed out").waitFor();
  const streams = orderStreams(buyer.page);
  await buyer.page.bringToFront();
  await buyer.page.waitForURL(/\/auth\/signin/);

  await people.until("the stream ends with its token", () => hasEnded, withinMs);
  const again = await fetch(`${order.replace("/orders/", "/api/orders/")}/stream`, {
    headers: { cookie: cookies },
  });
  await again.body?.cancel();
  assert.equal(again.status, 401);
  const renewed = await fetch(`${stack.url}/api/users/refresh`, {
    method: "POST",
    headers: { cookie: cookies, "content-type": "application/json" },
    body: "{}",
  });
  assert.equal(renewed.status, 401);
  assert.equal(streams.filter(isOpen).length, 0);
});
