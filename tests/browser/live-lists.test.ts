// The user's lists of tickets, sales and orders follow changes made elsewhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

const row = (page: Page, title: string) => page.locator("main li").filter({ hasText: title });
const badge = (page: Page, title: string, words: string) =>
  row(page, title).locator(".badge", { hasText: words });
/** What a screen reader reads. */
const announced = (page: Page, words: string) =>
  page.locator("main p[role=status]", { hasText: words }).waitFor({ state: "attached" });

for (const width of [390, 1280]) {
  const viewport = { width, height: 800 };

  test(`what I sell is reserved and sold while I look, at ${width}`, async () => {
    const seller = await people.join(browser, stack, "seller", { viewport });
    const buyer = await people.join(browser, stack, "buyer");
    const ticket = await people.put(seller, stack, "Followed");
    await people.put(seller, stack, "Left alone");
    const { page } = seller;
    const sales = await seller.context.newPage();
    people.listen(sales);
    await sales.goto(`${stack.url}/sell?show=sold`);
    await people.heading(sales, "Nothing sold yet").waitFor();
    await page.goto(`${stack.url}/sell`);
    await badge(page, "Followed", "For sale").waitFor();

    await people.buy(buyer, ticket);
    await badge(page, "Followed", "Reserved").waitFor();
    await announced(page, "Followed: Reserved.");
    assert.equal(await row(page, "Followed").getByRole("link", { name: /^Edit/ }).count(), 0);
    await people.pay(buyer);
    await badge(page, "Followed", "Sold").waitFor();
    await announced(page, "Followed: Sold.");
    await badge(page, "Left alone", "For sale").waitFor();
    await row(sales, "Followed").waitFor();
  });

  test(`my orders are paid and cancelled elsewhere while I look, at ${width}`, async () => {
    const seller = await people.join(browser, stack, "seller");
    const buyer = await people.join(browser, stack, "buyer", { viewport });
    for (const title of ["To be paid", "To be given up"])
      await people.buy(buyer, await people.put(seller, stack, title));
    const { page } = buyer;
    await page.goto(`${stack.url}/orders`);
    await badge(page, "To be paid", "To pay").waitFor();

    const elsewhere = { page: people.listen(await buyer.context.newPage()) };
    await elsewhere.page.goto(`${stack.url}/orders`);
    await row(elsewhere.page, "To be paid").getByRole("link").click();
    await people.pay(elsewhere);
    await badge(page, "To be paid", "Complete").waitFor();
    await announced(page, "To be paid: Complete.");
    await elsewhere.page.goto(`${stack.url}/orders`);
    await row(elsewhere.page, "To be given up").getByRole("link").click();
    await people.cancel(elsewhere);
    await badge(page, "To be given up", "Cancelled").waitFor();
    await announced(page, "To be given up: Cancelled.");
  });

  test(`after withdrawing it is said, and the keyboard goes on there, at ${width}`, async () => {
    const seller = await people.join(browser, stack, "seller", { viewport });
    const { page } = seller;
    for (const title of ["First", "Second", "Third"]) await people.put(seller, stack, title);
    await page.goto(`${stack.url}/sell`);
    await row(page, "Second").locator("summary").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await badge(page, "Second", "Withdrawn").waitFor();
    await announced(page, "Second: Withdrawn.");
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    assert.equal(await focused(), "Second");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "First", "the next row follows");
  });
}

test("a list is not rendered again for the tickets of others", async () => {
  const seller = await people.join(browser, stack, "seller");
  const other = await people.join(browser, stack, "other");
  await people.put(seller, stack, "Mine");
  // The page reads its tickets once more when its stream opens.
  const reread = seller.page.waitForResponse(/\/api\/tickets\?/);
  await seller.page.goto(`${stack.url}/sell`);
  await row(seller.page, "Mine").waitFor();
  await reread;
  let asked = 0;
  seller.page.on("request", (request) => void (/\/sell\?.*_rsc=/.test(request.url()) && asked++));
  for (let index = 0; index < 3; index++) await people.put(other, stack, `Another's ${index}`);
  await people.put(seller, stack, "Mine, too");
  await row(seller.page, "Mine, too").waitFor();
  assert.equal(asked, 1);
});
