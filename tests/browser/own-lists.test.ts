// A user's own lists: the tickets they sell and sold, and their orders, by page.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

const pageSize = 24;

const rows = (page: Page) => page.locator("main li");
const row = (page: Page, title: string) => rows(page).filter({ hasText: title });
const names = (page: Page) => page.locator("main li h2").allInnerTexts();

for (const width of [390, 1280])
  test(`a seller has what they sell and sold on a page, at ${width}`, async () => {
    const viewport = { width, height: 800 };
    const seller = await people.signUp(browser, stack, "seller", { viewport });
    const { page } = seller;
    await page.getByRole("link", { name: "Sell", exact: true }).click();
    await people.heading(page, "Nothing listed yet").waitFor();
    await inspect(page);
    await page.setViewportSize(viewport);
    await page.getByRole("link", { name: "Sell a ticket" }).click();
    await people.heading(page, "Sell a ticket").waitFor();

    await people.put(seller, stack, "To be changed", "10");
    await people.put(seller, stack, "To be withdrawn", "11");
    const sold = await people.put(seller, stack, "To be sold", "12.50");
    const buyer = await people.join(browser, stack, "buyer");
    await people.buy(buyer, sold);
    await people.pay(buyer);
    await people.heading(buyer.page, "It’s yours").waitFor();

    await page.goto(`${stack.url}/sell`);
    assert.deepEqual(await names(page), ["To be sold", "To be withdrawn", "To be changed"]);
    assert.equal(await row(page, "To be sold").getByRole("link", { name: /^Edit/ }).count(), 0);
    await row(page, "To be sold").getByText("Sold", { exact: true }).waitFor();
    await row(page, "To be withdrawn").locator("summary").click();
    await inspect(page);
    await page.setViewportSize(viewport);
    await row(page, "To be withdrawn").getByRole("button", { name: "Yes, withdraw it" }).click();
    await row(page, "To be withdrawn").getByText("Withdrawn", { exact: true }).waitFor();
    assert.equal(page.url(), `${stack.url}/sell`);
    await page.getByRole("link", { name: "Edit To be changed" }).click();
    await people.heading(page, "Edit ticket").waitFor();

    await page.goto(`${stack.url}/sell`);
    await page.getByRole("link", { name: "Sold", exact: true }).click();
    await page.waitForURL(/show=sold/);
    await people.heading(page, "My tickets").waitFor();
    await row(page, "To be withdrawn").waitFor({ state: "detached" });
    await row(page, "To be sold").getByText("$12.50").waitFor();
    assert.deepEqual(await names(page), ["To be sold"]);
    await inspect(page);
  });

test("very long words stretch nothing", async () => {
  const person = await people.join(browser, stack, "maximilianalexanderfriedrichwilhelmvonderau");
  const { page } = person;
  const title = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbau";
  const ticket = await people.put(person, stack, title, "999999.99");
  await page.goto(`${stack.url}/sell`);
  await row(page, title).waitFor();
  await inspect(page);
  await people.buy(person, ticket);
  await people.pay(person);
  await people.heading(page, "It’s yours").waitFor();
  for (const path of ["/orders", "/sell?show=sold"]) {
    await page.goto(stack.url + path);
    await row(page, title).waitFor();
    await inspect(page);
  }
  await page.goto(`${stack.url}/auth/signout`);
  await page.locator("main").getByText(person.email).waitFor();
  await inspect(page);
});

test("without script a seller withdraws a ticket from the list", async () => {
  const options = { javaScriptEnabled: false };
  const seller = await people.join(browser, stack, "plain", options);
  const { page } = seller;
  await people.put(seller, stack, "On paper", "10");
  await page.goto(`${stack.url}/sell`);
  await page.locator("summary").click();
  await page.getByRole("button", { name: "Yes, withdraw it" }).click();
  await row(page, "On paper").getByText("Withdrawn").waitFor();
});

test("a visitor is asked to sign in first, and returns", async () => {
  const { email } = await people.join(browser, stack, "visitor");
  const { page } = await people.visitor(browser);
  await page.goto(`${stack.url}/sell`);
  await page.waitForURL(/\/auth\/signin/);
  await people.fillCredentials(page, email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${stack.url}/sell`);
});

test("a user does not see what another user sells or sold", async () => {
  const one = await people.join(browser, stack, "one");
  await people.put(one, stack, "Of one");
  const { page } = await people.join(browser, stack, "other");
  await page.goto(`${stack.url}/sell`);
  await people.heading(page, "Nothing listed yet").waitFor();
  assert.equal(await page.getByText("Of one").count(), 0);
});

/** Goes to the last page and back, and returns what was seen on the way there. */
async function pageThrough(page: Page, things: string): Promise<string[]> {
  const first = await names(page);
  assert.equal(first.length, pageSize);
  const address = page.url();
  await page.getByRole("link", { name: `Older ${things}` }).click();
  await page.getByRole("link", { name: `Newer ${things}` }).waitFor();
  const second = await names(page);
  await inspect(page);
  await page.getByRole("link", { name: `Newer ${things}` }).click();
  await page.waitForURL(address);
  await page.getByRole("link", { name: `Older ${things}` }).waitFor();
  assert.deepEqual(await names(page), first);
  return [...first, ...second];
}

test("orders and listings are paged, there and back", async () => {
  const person = await people.join(browser, stack, "busy");
  const { page, context } = person;
  const headers = { "sec-fetch-site": "same-origin" };
  const titles: string[] = [];
  for (let index = 0; index <= pageSize; index++) {
    const title = `Of many ${index}`;
    const ticketId = (await people.put(person, stack, title)).split("/").at(-1);
    titles.unshift(title);
    const orders = `${stack.url}/api/orders`;
    const made = await context.request.post(orders, { headers, data: { ticketId } });
    assert.equal(made.status(), 201);
    const { id } = (await made.json()) as { id: string };
    assert.equal((await context.request.delete(`${orders}/${id}`, { headers })).status(), 204);
  }
  await page.goto(`${stack.url}/sell`);
  assert.deepEqual(await pageThrough(page, "tickets"), titles);
  await page.goto(`${stack.url}/orders`);
  assert.deepEqual(await pageThrough(page, "orders"), titles);
});
