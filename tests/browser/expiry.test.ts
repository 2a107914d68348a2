import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

let stack: Stack;
let browser: Browser;
before(async () => {
  stack = await startStack({ holdSeconds: 4 });
  browser = await people.openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  people.assertQuietConsoles();
});

test("an unpaid order expires on screen, and its ticket is for sale again", async () => {
  const seller = await people.signUp(browser, stack, "seller");
  const buyer = await people.signUp(browser, stack, "buyer");
  const ticket = await people.sell(seller, stack, "Slow buyer", "12");
  await people.buy(buyer, ticket);
  await people.badge(seller.page, "Reserved").waitFor();

  const timer = buyer.page.getByRole("timer");
  const before = await timer.innerText();
  assert.match(before, /^0:0[1-4]/);
  await buyer.page.waitForFunction(
    (text) => (document.querySelector("[role=timer]") as HTMLElement | null)?.innerText !== text,
    before,
  );
  await people.heading(buyer.page, "The time ran out").waitFor({ timeout: 15_000 });
  await people.badge(buyer.page, "Expired").waitFor();
  assert.equal(await buyer.page.getByRole("button", { name: /^Pay / }).count(), 0);
  await people.badge(seller.page, "For sale").waitFor();

  // Once more from the same page, so that an expired attempt is not mistaken for the new one.
  await buyer.page.getByRole("link", { name: "Look at the ticket again" }).click();
  await buyer.page.getByRole("button", { name: /^Buy for/ }).click();
  await people.heading(buyer.page, "Reserved for you").waitFor();
});
