import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

let stack: Stack;
let browser: Browser;
let seller: people.Person;
let first: people.Person;
let second: people.Person;
before(async () => {
  // Its own: other files' tickets would push those of these tests off the first page.
  stack = await startStack({ own: true });
  browser = await people.openBrowser();
  seller = await people.join(browser, stack, "seller");
  first = await people.join(browser, stack, "first");
  second = await people.join(browser, stack, "second");
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  people.assertQuietConsoles();
});

test("of two buyers of one ticket the slower gets a message", async () => {
  const ticket = await people.put(seller, stack, "One seat", "10");
  // Without an update the second buyer's page still shows it as for sale.
  await second.page.route("**/api/tickets/**", (route) => route.abort());
  await second.page.goto(ticket);
  await people.buy(first, ticket);
  await people.ticketIs(first, ticket, "reserved");
  await second.page.getByRole("button", { name: /^Buy for/ }).click();
  const alert = second.page.locator("main").getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /reserved/i);
  await second.page.unroute("**/api/tickets/**");
});

test("two who press Buy at the same moment: one has it, the other sees that it is gone", async () => {
  const ticket = await people.put(seller, stack, "Another seat", "10");
  const both = [first.page, second.page];
  await Promise.all(both.map((page) => page.goto(ticket)));
  const buttons = both.map((page) => page.getByRole("button", { name: /^Buy for/ }));
  await Promise.all(buttons.map((button) => button.waitFor()));
  await Promise.all(buttons.map((button) => button.click().catch(() => {})));
  const ordered = await Promise.any(
    both.map((page) => page.waitForURL(/\/orders\//).then(() => page)),
  );
  const other = ordered === first.page ? second : first;
  await people.badge(other.page, "Reserved").waitFor();
  const orders = await other.context.request.get(`${stack.url}/api/orders`);
  assert.ok(!(await orders.text()).includes("Another seat"), "both have ordered it");
});

test("a reserved ticket cannot be edited, and after a cancellation it can", async () => {
  const ticket = await people.put(seller, stack, "Balcony", "15");
  await seller.page.goto(`${ticket}/edit`);
  const order = await people.buy(first, ticket);
  await people.ticketIs(first, ticket, "reserved");

  // The form was open before the reservation: the API's refusal reaches the person.
  await seller.page.getByLabel("Price").fill("150");
  await seller.page.getByRole("button", { name: "Save changes" }).click();
  const alert = seller.page.locator("main").getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /reserved/i);
  // Opened afterwards, the page says so from the start.
  await seller.page.goto(`${ticket}/edit`);
  await seller.page.getByText("it cannot be changed").waitFor();
  assert.equal(await seller.page.getByRole("button", { name: "Save changes" }).count(), 0);

  await first.page.goto(order);
  await people.cancel(first);
  await people.heading(first.page, "You cancelled this order").waitFor();
  await people.ticketIs(first, ticket, "available");
  await seller.page.goto(`${ticket}/edit`);
  await seller.page.getByLabel("Price").fill("17.50");
  await seller.page.getByRole("button", { name: "Save changes" }).click();
  await seller.page.waitForURL(ticket);
  await seller.page.getByText("$17.50").first().waitFor();
});

test("other users see neither the order nor the edit page", async () => {
  const ticket = await people.put(seller, stack, "Pit", "15");
  const order = await people.buy(first, ticket);
  assert.equal((await second.page.goto(order))?.status(), 404);
  assert.equal((await second.page.goto(`${ticket}/edit`))?.status(), 403);
  await people.heading(second.page, "This ticket is not yours to edit").waitFor();
  await inspect(second.page);
});

test("the list follows reservations and sales without a reload", async () => {
  const ticket = await people.put(seller, stack, "Watched", "20");
  const { page } = await people.visitor(browser);
  await page.goto(stack.url);
  await page.evaluate(() => Object.assign(window, { untouched: true }));
  const card = page.getByRole("listitem").filter({ hasText: "Watched" });
  await card.getByText("For sale").waitFor();
  await people.buy(first, ticket);
  await card.getByText("Reserved").waitFor();
  await people.pay(first);
  await card.getByText("Sold").waitFor();

  assert.equal(await page.evaluate(() => "untouched" in window), true, "no reload");
});

test("without a stream the list is read again every so often", async () => {
  const ticket = await people.put(seller, stack, "Polled", "20");
  const { page } = await people.visitor(browser);
  await page.route("**/api/tickets/stream", (route) => route.abort());
  await people.keptPagesAreOver();
  await page.goto(stack.url);
  const card = page.getByRole("listitem").filter({ hasText: "Polled" });
  await card.getByText("For sale").waitFor();
  await people.buy(first, ticket);
  await card.getByText("Reserved").waitFor({ timeout: 60_000 });
});
