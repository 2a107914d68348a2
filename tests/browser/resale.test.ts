// A buyer sells a ticket again with one press, and the next buyer is shown its code.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Code, readCodes } from "./codes.ts";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

const phone = { viewport: { width: 390, height: 800 }, deviceScaleFactor: 3 };
const headers = { "sec-fetch-site": "same-origin" };
const apiOf = (address: string) => address.replace(/\/(tickets|orders)\//, "/api/$1/");

let seller: people.Person;
before(async () => {
  seller = await people.signUp(browser, stack, "seller");
});

/** A paid order of a new ticket with a code, whose page is open. */
async function purchase(person: people.Person, code: Code): Promise<string> {
  const ticket = await people.put(seller, stack, "Sold and sold again");
  const put = await seller.context.request.put(`${apiOf(ticket)}/code`, { data: code, headers });
  assert.equal(put.status(), 200, await put.text());
  return pay(person, ticket);
}

async function pay(person: people.Person, ticket: string): Promise<string> {
  const order = await people.buy(person, ticket);
  await people.pay(person);
  await people.heading(person.page, "It\u2019s yours").waitFor();
  return order;
}

/** Lists the ticket of the order that is open again; gives the address of the listing. */
async function resell({ page }: people.Person): Promise<string> {
  await page.locator("summary", { hasText: "Sell it again" }).click();
  await page.getByRole("button", { name: "Yes, list it for what I paid" }).click();
  await page.waitForURL(/\/tickets\/[0-9a-f-]{36}$/);
  return page.url();
}

/** Until the end of the listing has come to the buyer's ticket. */
async function givenBack({ context }: people.Person, order: string): Promise<void> {
  const state = async () =>
    ((await (await context.request.get(`${apiOf(order)}/ticket`)).json()) as { state: string })
      .state;
  await people.until("the ticket comes back", async () => (await state()) !== "reselling");
}

const newCode = (): Code => ({ format: "qr", text: `T-${crypto.randomUUID().slice(0, 18)}` });

test("a buyer sells a ticket again, and only the next buyer is shown its code", async () => {
  const code = newCode();
  const first = await people.signUp(browser, stack, "first", phone);
  const second = await people.signUp(browser, stack, "second", phone);
  const order = await purchase(first, code);
  await first.page.locator("summary", { hasText: "Sell it again" }).waitFor();
  await inspect(first.page);
  const listing = await resell(first);
  await first.page.goto(order);
  await first.page.getByText("You have listed this ticket again").waitFor();
  assert.equal(await first.page.getByText("Return this ticket").count(), 0);
  assert.equal(await first.page.getByText("Show ticket").count(), 0);
  await inspect(first.page);

  await pay(second, listing);
  const { page } = second;
  await page.locator("summary", { hasText: "Show ticket" }).click();
  await page.getByRole("button", { name: "Yes, show it to me" }).click();
  await page.locator(".code-drawing").waitFor();
  assert.deepEqual(readCodes(await page.screenshot({ fullPage: true })), [code]);
  const refused = await first.context.request.post(`${apiOf(order)}/ticket/reveal`, { headers });
  assert.equal(refused.status(), 400);
  assert.ok(!(await refused.text()).includes(code.text));
});

test("a buyer who withdraws the listing, with the keyboard alone, has the ticket back", async () => {
  const buyer = await people.signUp(browser, stack, "buyer", phone);
  const { page, context } = buyer;
  const order = await purchase(buyer, newCode());
  const question = page.locator("summary", { hasText: "Sell it again" });
  await question.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/tickets\/[0-9a-f-]{36}$/);
  const withdrawn = await context.request.delete(apiOf(page.url()), { headers });
  assert.ok(withdrawn.ok(), await withdrawn.text());
  await givenBack(buyer, order);
  await page.goto(order);
  await page.locator("summary", { hasText: "Show ticket" }).waitFor();
  await page.getByText("Return this ticket").waitFor();
});
