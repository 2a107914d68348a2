// Where proof is required, a ticket that is sold before its seller has attached it is due: what seller
// and buyer see until it is there.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { type Code, readCodes } from "./codes.ts";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

const phone = { viewport: { width: 390, height: 800 }, deviceScaleFactor: 3 };

let stack: Stack;
let browser: Browser;
before(async () => {
  stack = await startStack({ apiEnvironment: { PROOF: "required" } });
  browser = await people.openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  people.assertQuietConsoles();
});

test("a ticket is sold, then given by its seller, and shown to its buyer", async () => {
  const seller = await people.join(browser, stack, "seller", phone);
  const buyer = await people.join(browser, stack, "buyer", phone);
  const ticket = await people.put(seller, stack, "Sold before it is there");
  const order = await people.buy(buyer, ticket);
  await people.pay(buyer);
  await buyer.page.getByText("The seller still has to attach the ticket itself.").waitFor();
  await buyer.page.locator(".lead", { hasText: /^Due / }).waitFor();
  assert.equal(await buyer.page.getByText("Sell it again").count(), 0);
  await inspect(buyer.page);

  const { page } = seller;
  await page.goto(`${stack.url}/sell?show=sold`);
  await page.locator(".notice", { hasText: /^Attach the ticket itself: due / }).waitFor();
  await inspect(page);
  await page.getByRole("link", { name: "Sold before it is there" }).click();
  await page.getByText("It is sold, and nothing is attached.").waitFor();
  await inspect(page);
  const code: Code = { format: "qr", text: `T-${crypto.randomUUID().slice(0, 18)}` };
  await page.locator("summary", { hasText: "Type the code instead" }).click();
  await page.getByLabel("What it says").fill(code.text);
  await page.getByRole("button", { name: "Attach this code" }).click();
  await page
    .getByText(/The code is attached|Its buyer gets what you attached/)
    .first()
    .waitFor();
  await page.goto(ticket);
  await page.getByText("Its buyer gets what you attached.").waitFor();
  assert.equal(await page.getByRole("button", { name: /^Attach this/ }).count(), 0);

  await buyer.page.goto(order);
  await buyer.page.locator("summary", { hasText: "Show ticket" }).click();
  await buyer.page.getByRole("button", { name: "Yes, show it to me" }).click();
  await buyer.page.locator(".code-drawing").waitFor();
  assert.deepEqual(readCodes(await buyer.page.screenshot({ fullPage: true })), [code]);
});
