// From a seller's file to the code on the screen of its buyer, read back by the program that reads codes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import type { Page } from "playwright-core";
import { type Code, pdfOf, readCodes } from "./codes.ts";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";
import { translate } from "./translator.ts";

const phone = { viewport: { width: 390, height: 800 }, deviceScaleFactor: 3 };
const newText = () => `T-${crypto.randomUUID().slice(0, 18)}`;
const qr = (text: string): Code => ({ format: "qr", text });
const headers = { "sec-fetch-site": "same-origin" };

let seller: people.Person;
let buyer: people.Person;
before(async () => {
  seller = await people.join(browser, stack, "seller");
  buyer = await people.join(browser, stack, "buyer", phone);
});

const apiOf = (address: string) => address.replace(/\/(tickets|orders)\//, "/api/$1/");

/** Gives a ticket what its buyer gets, as the form of its page does. */
async function attach(ticket: string, what: Buffer | Code): Promise<void> {
  const { request } = seller.context;
  const pdf = { ...headers, "content-type": "application/pdf" };
  const answer = Buffer.isBuffer(what)
    ? await request.put(`${apiOf(ticket)}/file`, { data: what, headers: pdf })
    : await request.put(`${apiOf(ticket)}/code`, { data: what, headers });
  assert.equal(answer.status(), 200, await answer.text());
}

/** A paid order of a new ticket, whose page is open. */
async function purchase(person: people.Person, what?: Buffer | Code): Promise<string> {
  const ticket = await people.put(seller, stack, "Night at the Opera");
  if (what) await attach(ticket, what);
  const order = await people.buy(person, ticket);
  await people.pay(person);
  await people.heading(person.page, "It’s yours").waitFor();
  return order;
}

async function show(page: Page): Promise<void> {
  await page.locator("summary", { hasText: "Show ticket" }).click();
  await page.getByRole("button", { name: "Yes, show it to me" }).click();
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}\/ticket$/);
  await page.locator(".shown-ticket").waitFor();
}

/** The codes on the screen, as soon as it shows `count` of them. */
async function codesOn(page: Page, count = 1): Promise<Code[]> {
  let codes: Code[] = [];
  await people.until(`${count} codes on the screen`, async () => {
    codes = readCodes(await page.screenshot({ fullPage: true }));
    return codes.length === count;
  });
  return codes;
}

test("a PDF is listed, bought and shown on a translated page: the code is the uploaded one", async () => {
  const text = newText();
  const file = pdfOf(text);
  const ticket = await people.sell(seller, stack, "Listed with its PDF", "20");
  const pdf = { name: "ticket.pdf", mimeType: "application/pdf", buffer: file };
  await seller.page.locator("input.drop").setInputFiles(pdf);
  await seller.page.getByRole("button", { name: "Attach this file" }).click();
  await seller.page.getByText("1 code was read").waitFor();

  const person = await people.join(browser, stack, "reader", { ...phone, colorScheme: "dark" });
  const { page, context } = person;
  await translate(context);
  await page.goto(ticket);
  await page.getByText("Right after paying you can show its code here").waitFor();
  const order = await people.buy(person, ticket);
  await people.pay(person);
  const confirm = page.getByRole("button", { name: "Yes, show it to me" });
  await page.locator("summary", { hasText: "Show ticket" }).waitFor();
  assert.equal(await confirm.isVisible(), false, "one press alone must not show it");
  await page.getByText("Return this ticket").waitFor();
  await page.locator("summary", { hasText: "Show ticket" }).click();
  await page.getByText("cannot be returned for its money").waitFor();
  await inspect(page);
  await page.setViewportSize(phone.viewport);
  await confirm.click();

  const drawing = page.locator(".code-drawing");
  await drawing.waitFor();
  assert.equal(page.url(), `${order}/ticket`);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await background(), "rgb(255, 255, 255)", "in dark, too");
  assert.ok(((await drawing.boundingBox())?.width ?? 0) >= 380);
  assert.deepEqual(await codesOn(page), [qr(text)]);
  assert.equal(await page.locator(".code-text").innerText(), text);
  assert.equal(await page.locator(".code-text font").count(), 0, "a code is not translated");
  await inspect(page);
  await page.setViewportSize(phone.viewport);

  await page.reload();
  assert.deepEqual(await codesOn(page), [qr(text)]);
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save the file" }).click();
  assert.deepEqual(readFileSync(await (await saved).path()), file);
  await page.getByRole("link", { name: "Back to the order" }).click();
  await page.getByText("You have seen the ticket").waitFor();
  assert.equal(await page.getByText("Return this ticket").count(), 0);
  await inspect(page);
  await page.getByRole("link", { name: "Show ticket" }).click();
  await drawing.waitFor();
  await seller.page.goto(ticket);
  await seller.page.getByText("Shown to the buyer").waitFor();
});

test("a code of every format is read back from the screen", async () => {
  for (const format of ["qr", "aztec", "pdf417", "code128", "datamatrix"] as const) {
    const code: Code = { format, text: newText() };
    await purchase(buyer, code);
    await show(buyer.page);
    assert.deepEqual(await codesOn(buyer.page), [code]);
    assert.equal(await buyer.page.getByRole("link", { name: "Save the file" }).count(), 0);
    for (const width of [320, 1280]) {
      await buyer.page.setViewportSize({ width, height: 800 });
      assert.deepEqual(await codesOn(buyer.page), [code], `${format} at ${width}`);
    }
    await buyer.page.setViewportSize(phone.viewport);
  }
});

test("several codes follow one another, and are printed one a side", async () => {
  const texts = [newText(), newText(), newText()];
  const { page } = buyer;
  await purchase(buyer, pdfOf(...texts));
  await show(page);
  await people.heading(page, "Code 3 of 3").waitFor();
  assert.deepEqual(await codesOn(page, texts.length), texts.map(qr));
  await inspect(page);
  await page.setViewportSize(phone.viewport);
  const printed = await page.pdf({ format: "A6" });
  assert.equal(printed.toString("latin1").match(/\/Type \/Page\b/g)?.length, texts.length);
  assert.deepEqual(readCodes(printed), texts.map(qr));
});

test("the keyboard alone shows the ticket, and Back leads to an order without a return", async () => {
  const { page } = buyer;
  const order = await purchase(buyer, qr(newText()));
  await page.getByText("Return this ticket").waitFor();
  await page.locator("summary", { hasText: "Show ticket" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".shown-ticket").waitFor();
  await page.goBack();
  await page.getByText("You have seen the ticket").waitFor();
  assert.equal(page.url(), order);
  assert.equal(await page.getByText("Return this ticket").count(), 0);
  await page.goForward();
  await page.locator(".code-drawing").waitFor();
});

test("the ticket is shown with JavaScript switched off", async () => {
  const person = await people.join(browser, stack, "plain", {
    javaScriptEnabled: false,
    ...phone,
  });
  const text = newText();
  await purchase(person, pdfOf(text));
  await person.page.reload();
  await show(person.page);
  assert.deepEqual(await codesOn(person.page), [qr(text)]);
});

test("opening the page of the ticket shows nothing for the first time", async () => {
  const { page, context } = buyer;
  const order = await purchase(buyer, qr(newText()));
  await page.locator("summary", { hasText: "Show ticket" }).waitFor();
  await page.goto(`${order}/ticket`);
  assert.equal(page.url(), order);
  const state = await context.request.get(`${apiOf(order)}/ticket`);
  assert.equal(((await state.json()) as { state: string }).state, "ready");
});

test("a page that was open before refuses the return in words", async () => {
  const { page, context } = buyer;
  const order = await purchase(buyer, qr(newText()));
  const before = people.listen(await context.newPage());
  await before.goto(order);
  await before.getByText("Return this ticket").click();
  await page.locator("summary", { hasText: "Show ticket" }).waitFor();
  await show(page);
  await before.getByRole("button", { name: /^Return it for/ }).click();
  await before.locator("main").getByRole("alert").getByText("cannot be returned").waitFor();
  await before.close();
});

test("no other person gets the page or the file, and no cache keeps it", async () => {
  const text = newText();
  const order = await purchase(buyer, pdfOf(text));
  await buyer.page.locator("summary", { hasText: "Show ticket" }).waitFor();
  await show(buyer.page);
  const stranger = await people.join(browser, stack, "stranger");
  for (const { context } of [stranger, seller])
    for (const address of [`${order}/ticket`, `${order}/ticket/file`]) {
      const answer = await context.request.get(address);
      assert.ok(!(await answer.text()).includes(text));
      assert.equal(answer.status(), 404, address);
    }
  const { page } = await people.visitor(browser);
  for (const address of [`${order}/ticket`, `${order}/ticket/file`]) {
    await page.goto(address);
    await people.heading(page, "Welcome back").waitFor();
  }

  for (const address of [`${order}/ticket`, `${order}/ticket/file`]) {
    const own = await buyer.context.request.get(address);
    assert.equal(own.status(), 200);
    assert.match(own.headers()["cache-control"] ?? "", /no-store/, address);
  }
  const ofOrder = await buyer.context.request.get(order);
  assert.ok(!(await ofOrder.text()).includes(text), "the order's page has the code");
});

test("without a connection the ticket stays on the screen", async () => {
  const { page, context } = buyer;
  const text = newText();
  await purchase(buyer, qr(text));
  await show(page);
  await context.setOffline(true);
  await page.getByRole("link", { name: "Back to the order" }).click();
  await page.getByText("You are offline.").waitFor();
  assert.deepEqual(await codesOn(page), [qr(text)]);
  await context.setOffline(false);
  await page.getByRole("link", { name: "Back to the order" }).click();
  await page.getByText("You have seen the ticket").waitFor();
});

test("an order whose seller attached nothing says so", async () => {
  await purchase(buyer);
  await buyer.page.getByText("The seller has not attached the ticket itself").waitFor();
  assert.equal(await buyer.page.getByText("Show ticket").count(), 0);
  await inspect(buyer.page);
  await buyer.page.setViewportSize(phone.viewport);
});
