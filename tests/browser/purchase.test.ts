import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

let stack: Stack;
let browser: Browser;
before(async () => {
  stack = await startStack({
    apiEnvironment: { LIVE_ORDERS_MAX: "2", IDEMPOTENCY_KEYS_MAX: "20" },
  });
  browser = await people.openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  people.assertQuietConsoles();
});

test("a ticket is listed, bought and paid, and both sides see it sold", async () => {
  const seller = await people.join(browser, stack, "seller");
  const buyer = await people.join(browser, stack, "buyer");
  const ticket = await people.sell(seller, stack, "Opera, row 4", "19.99");
  await people.badge(seller.page, "For sale").waitFor();

  await people.buy(buyer, ticket);
  await people.heading(buyer.page, "Reserved for you").waitFor();
  await people.badge(seller.page, "Reserved").waitFor();
  await people.pay(buyer);

  await people.heading(buyer.page, "It’s yours").waitFor();
  await people.badge(buyer.page, "Complete").waitFor();
  await people.badge(seller.page, "Sold").waitFor();
  await buyer.page.goto(ticket);
  await people.badge(buyer.page, "Sold").waitFor();
  await buyer.page.getByRole("link", { name: "See your order" }).waitFor();
  await buyer.page.goto(`${stack.url}/orders`);
  await people.badge(buyer.page, "Complete").waitFor();
});

test("a decline is shown beside the cards, and a good card still pays", async () => {
  const seller = await people.join(browser, stack, "seller");
  const ticket = await people.put(seller, stack, "Derby, north stand", "32");
  await people.buy(seller, ticket);

  await people.pay(seller, "Declined Visa");
  const alert = seller.page.locator("main").getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /declined/i);
  const chosen = seller.page.getByRole("radio", { name: "Declined Visa" });
  assert.equal(await chosen.isChecked(), true, "the form keeps what was chosen");

  await people.pay(seller, "Insufficient funds Visa");
  await alert.filter({ hasText: /funds/i }).waitFor();
  await people.pay(seller, "Approved Mastercard");
  await people.heading(seller.page, "It’s yours").waitFor();
});

test("the keyboard alone completes a purchase", async () => {
  const buyer = await people.join(browser, stack, "keyboard");
  const { page } = buyer;
  await people.sell(buyer, stack, "Quartet by candlelight", "28.75");
  await page.goto(stack.url);

  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Skip to content");
  await page.keyboard.press("Enter");
  await tabTo(page, "Quartet by candlelight");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/tickets\//);
  await tabTo(page, "Buy for $28.75");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/orders\//);
  await tabTo(page, "Approved Visa");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), "Approved Mastercard");
  await tabTo(page, "Pay $28.75");
  await page.keyboard.press("Enter");
  await people.heading(page, "It’s yours").waitFor();
});

test("a button says that it is working and cannot be pressed twice", async () => {
  const buyer = await people.join(browser, stack, "twice");
  const ticket = await people.sell(buyer, stack, "Science slam", "12");
  const { page } = buyer;
  await page.goto(ticket);
  let posts = 0;
  const { promise: pressedAgain, resolve: goOn } = Promise.withResolvers<void>();
  await page.route("**/tickets/*", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    posts++;
    await pressedAgain;
    await route.continue();
  });
  await page.getByRole("button", { name: /^Buy for/ }).click();
  const working = page.getByRole("button", { name: "Reserving it for you…" });
  await working.waitFor();
  assert.equal(await working.getAttribute("aria-disabled"), "true");
  await working.click({ force: true });
  goOn();
  await page.waitForURL(/\/orders\//);
  assert.equal(posts, 1);
});

test("a refusal of the API is shown beside its field", async () => {
  const seller = await people.join(browser, stack, "seller");
  const { page } = seller;
  await page.goto(`${stack.url}/tickets/new`);
  await page.getByLabel("What is it for?").fill("A seat");
  await page.getByLabel("Price").fill("-5");
  await page.getByRole("button", { name: "List ticket" }).click();
  const price = page.getByLabel("Price");
  await page.locator("#price-error").waitFor();
  assert.equal(await price.getAttribute("aria-invalid"), "true");
  assert.match((await price.getAttribute("aria-describedby")) ?? "", /price-error/);
  assert.equal(await price.inputValue(), "-5");
  assert.equal(await page.getByLabel("What is it for?").inputValue(), "A seat");
  await people.until("the focus on Price", async () => (await focused(page)) === "Price");
});

test("complaints are sentences for people, not the API's", async () => {
  const { page, email } = await people.join(browser, stack, "careless");
  const price = page.getByLabel("Price");
  await page.goto(`${stack.url}/tickets/new`);
  // Each differs from the one before, so that it is seen to arrive.
  const complaints = [
    ["", "Enter a price in dollars, such as 25 or 19.99."],
    ["-5", "The price must be more than zero."],
    ["a lot", "Enter a price in dollars, such as 25 or 19.99."],
    ["0", "The price must be $0.01 or more."],
    ["9.999", "Use two decimals at most, such as 19.99."],
    ["1000000", "The price can be $999,999.99 at most."],
  ] as const;
  for (const [typed, complaint] of complaints) {
    await price.fill(typed);
    await page.getByRole("button", { name: "List ticket" }).click();
    await page.locator("#price-error", { hasText: complaint }).waitFor();
    await page.locator("#title-error", { hasText: "Say what the ticket is for." }).waitFor();
    assert.equal(await price.inputValue(), typed);
  }

  const { page: other } = await people.visitor(browser);
  await other.goto(`${stack.url}/auth/signup`);
  const create = other.getByRole("button", { name: "Create account" });
  await create.click();
  await other.locator("#email-error", { hasText: "Enter an e-mail address" }).waitFor();
  await other.locator("#password-error", { hasText: /^Use at least \d+ characters\.$/ }).waitFor();
  await people.fillCredentials(other, email);
  await create.click();
  await other.locator("#email-error", { hasText: "has an account already" }).waitFor();
  await other.goto(`${stack.url}/auth/signin`);
  await other.getByLabel("E-mail").fill(email);
  await other.getByRole("button", { name: "Sign in" }).click();
  await other.locator("#password-error", { hasText: "Enter your password." }).waitFor();
});

test("a refusal by a limit names the limit beside Buy", async () => {
  const seller = await people.join(browser, stack, "seller");
  const { page, context } = await people.join(browser, stack, "eager");
  for (const row of [1, 2])
    await people.buy({ page }, await people.put(seller, stack, `Arena, row ${row}`));
  const third = await people.put(seller, stack, "Arena, row 3");
  await page.goto(third);
  const buy = page.getByRole("button", { name: /^Buy for/ });
  const alert = page.locator("main").getByRole("alert");
  await buy.click();
  await alert.waitFor();
  assert.equal(
    await alert.innerText(),
    "You have 2 unpaid orders. Pay or cancel one of them first.",
  );

  let status = 0;
  for (let index = 0; index < 20 && status !== 429; index++) {
    const answer = await context.request.post(`${stack.url}/api/orders`, {
      data: { ticketId: third.split("/").at(-1) },
      headers: { "sec-fetch-site": "same-origin", "idempotency-key": `eager-${index}` },
    });
    status = answer.status();
  }
  assert.equal(status, 429);
  await page.goto(third);
  await buy.click();
  await alert.waitFor();
  assert.equal(await alert.innerText(), "Too many of these requests in a day. Try again later.");
});

test("an order can be looked up under the ticket path", async () => {
  const buyer = await people.join(browser, stack, "buyer");
  const order = await people.buy(buyer, await people.put(buyer, stack, "Wave C", "40"));
  const id = order.split("/").at(-1);
  await buyer.page.goto(`${stack.url}/tickets/${id}`);
  assert.equal(buyer.page.url(), order);
  const visitor = await people.visitor(browser);
  const answer = await visitor.page.goto(`${stack.url}/tickets/${id}`);
  assert.equal(answer?.status(), 404);
});

/** The name of what has the focus, roughly as it is read out. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    const label = (element as HTMLInputElement | null)?.labels?.[0];
    return (label ?? element)?.innerText.replaceAll(/\s+/g, " ").trim() ?? "";
  });

async function tabTo(page: Page, name: string): Promise<void> {
  await people.until(`the keyboard at "${name}"`, async () => {
    if ((await focused(page)) === name) return true;
    await page.keyboard.press("Tab");
    return false;
  });
}
