// The seller gives a ticket its file or code: what the form says before, while and after it is sent.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { pdfOf, pngOf } from "./codes.ts";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";
import { translate } from "./translator.ts";

const narrow = { viewport: { width: 390, height: 800 } };
const newText = () => `T-${crypto.randomUUID()}`;
const pdf = (buffer: Buffer) => ({ name: "ticket.pdf", mimeType: "application/pdf", buffer });

let seller: people.Person;
before(async () => {
  seller = await people.join(browser, stack, "seller", narrow);
});

const field = (page: Page) => page.locator("input.drop");
const attach = (page: Page) => page.getByRole("button", { name: "Attach this file" }).click();
const panel = (page: Page) => page.getByRole("region", { name: "The ticket itself" });
const attached = (page: Page) =>
  page.locator(".stub").getByText("Ticket attached", { exact: true }).waitFor();

test("a ticket is listed with its PDF on a translated page, and buyers see it", async () => {
  const lister = await people.join(browser, stack, "lister", narrow);
  const { page, context } = lister;
  await translate(context);
  const ticket = await people.sell(lister, stack, "With a PDF", "20");
  const { page: other } = await people.visitor(browser, narrow);
  await other.goto(ticket);
  await other.getByText("The seller has not attached the ticket itself.").waitFor();
  await field(page).setInputFiles(pdf(pdfOf(newText())));
  await attach(page);
  await panel(page).getByText("The file is attached: 1 code was read.").waitFor();
  await attached(page);
  await page.getByRole("button", { name: "Replace it with this file" }).waitFor();
  await inspect(page);
  // The page that was open before.
  await attached(other);
  await other.getByText("Right after paying you can show its code here").waitFor();
  await inspect(other);
  await page.goto(`${stack.url}/sell`);
  await page.getByText("Ticket attached", { exact: true }).waitFor();
  assert.equal(await page.getByRole("link", { name: /^Attach the ticket itself/ }).count(), 0);
  await inspect(page);
});

test("a file is replaced: several codes, several pages, none at all", async () => {
  const { page } = seller;
  await people.sell(seller, stack, "Replaced", "20");
  await field(page).setInputFiles(pdf(pdfOf(newText(), newText(), newText())));
  await attach(page);
  await panel(page).getByText("3 codes were read on 3 pages.").waitFor();
  const replace = page.getByRole("button", { name: "Replace it with this file" });
  await field(page).setInputFiles(pdf(pdfOf("")));
  await replace.click();
  await panel(page).getByText("no code was found").waitFor();
});

test("a ticket is given its PDF with JavaScript switched off", async () => {
  const plain = await people.join(browser, stack, "plain", { javaScriptEnabled: false });
  const { page } = plain;
  await people.sell(plain, stack, "On paper", "20");
  await page.getByRole("button", { name: "Attach this file" }).click();
  await page.getByText("Choose a file first.").waitFor();
  await field(page).setInputFiles(pdf(Buffer.from("%PDF-1.4 damaged")));
  await attach(page);
  await page.getByText("This file cannot be read. Save it again").waitFor();
  // More than what a form without a file may have.
  const large = Buffer.concat([pdfOf(newText()), Buffer.alloc(2_000_000, " ")]);
  await field(page).setInputFiles(pdf(large));
  await attach(page);
  await page.getByText("The file is attached: 1 code was read.").waitFor();
});

test("why a file is not taken, in words", async () => {
  const { page } = seller;
  const text = newText();
  await people.sell(seller, stack, "The first", "20");
  await field(page).setInputFiles(pdf(pdfOf(text)));
  await attach(page);
  await panel(page).getByText("The file is attached").waitFor();

  await people.sell(seller, stack, "The second", "20");
  await field(page).setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: pdfOf(text) });
  await page.getByText("Choose a PDF, JPEG or PNG file.").waitFor();
  const left = await field(page).evaluate((input) => (input as HTMLInputElement).files?.length);
  assert.equal(left, 0, "it would be sent");
  await field(page).setInputFiles(pdf(Buffer.alloc(5 * 1024 * 1024 + 1, " ")));
  await page.getByText("This file is larger than 5 MB.").waitFor();
  await field(page).setInputFiles(pdf(pdfOf(text)));
  await attach(page);
  await panel(page).getByRole("alert").getByText("has this code already").waitFor();
  await inspect(page);
  // A PDF by another name.
  await field(page).setInputFiles({ name: "a.png", mimeType: "image/png", buffer: pdfOf(text) });
  await attach(page);
  await page.getByText("This file cannot be read. Save it again").waitFor();
  assert.equal(await panel(page).getByRole("alert").count(), 0);
  await inspect(page);
});

test("a code is typed, after a complaint, and no cookie keeps it", async () => {
  const { page, context } = seller;
  await people.sell(seller, stack, "Typed", "20");
  await page.getByText("Type the code instead").click();
  const button = page.getByRole("button", { name: "Attach this code" });
  await button.click();
  await page.getByText("Enter what the code says when it is scanned.").waitFor();
  await page.getByText("Bars (Code 128)").click();
  const text = newText();
  await page.getByLabel("What it says").fill(text);
  await inspect(page);
  await page.setViewportSize(narrow.viewport);
  await button.click();
  await panel(page).getByText("The code is attached.").waitFor();
  await attached(page);
  assert.ok(!(await context.cookies()).some(({ value }) => value.includes(text)));
});

test("a file says how much of it is sent, can be cancelled, and is kept without a connection", async () => {
  const { page, context } = seller;
  await people.sell(seller, stack, "Sent slowly", "20");
  const slow = Buffer.concat([pdfOf(newText()), Buffer.alloc(1_000_000, " ")]);
  await field(page).setInputFiles(pdf(slow));
  await context.setOffline(true);
  await attach(page);
  await page.getByText("You are offline.").waitFor();
  await context.setOffline(false);
  const chosen = () =>
    field(page).evaluate((input) => (input as HTMLInputElement).files?.[0]?.size);
  assert.equal(await chosen(), slow.length, "the file has to be chosen again");

  const network = await context.newCDPSession(page);
  // Slow enough to be cancelled on a busy machine, quick enough for a server that waits 30 s for a body.
  const throughput = 40_000;
  const limits = { downloadThroughput: throughput, uploadThroughput: throughput };
  const conditions = { offline: false, latency: 0, ...limits };
  await network.send("Network.emulateNetworkConditions", conditions);
  await attach(page);
  const bar = page.getByRole("progressbar", { name: "Sent" });
  await page.waitForFunction(() => Number(document.querySelector("progress")?.value) > 0);
  await page.getByRole("button", { name: "Cancel" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("You cancelled it. Nothing has changed.").waitFor();
  assert.equal(await bar.count(), 0);
  assert.equal(await chosen(), slow.length);
  assert.ok(await page.evaluate(() => document.activeElement?.getAttribute("role") === "alert"));
  await network.detach();
  await attach(page);
  await panel(page).getByText("The file is attached: 1 code was read.").waitFor();
});

test("a phone takes a picture of the ticket", async () => {
  const phone = { ...narrow, hasTouch: true, isMobile: true };
  const person = await people.join(browser, stack, "phone", phone);
  const { page } = person;
  await people.sell(person, stack, "Photographed", "20");
  const asked = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Take a picture of it" }).click();
  const camera = await asked;
  assert.equal(await camera.element().getAttribute("capture"), "environment");
  const buffer = await pngOf({ format: "aztec", text: newText() });
  await camera.setFiles({ name: "photo.png", mimeType: "image/png", buffer });
  await attach(page);
  await panel(page).getByText("The file is attached: 1 code was read.").waitFor();
  await people.sell(seller, stack, "At a desk", "20");
  const hidden = seller.page.getByRole("button", { name: "Take a picture of it" });
  assert.equal(await hidden.count(), 0, "a desk has no camera to hold");
});

/** Drops a file as the system does, not as script could. */
async function drop(page: Page, target: Locator, path: string): Promise<void> {
  const box = (await target.boundingBox()) ?? assert.fail("not on the page");
  const devtools = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await devtools.send("Input.dispatchDragEvent", { type, ...at, data });
  await devtools.detach();
}

test("a file is dropped on the field, and sent with the keyboard alone", async () => {
  const { page } = seller;
  await people.sell(seller, stack, "Dropped", "20");
  const folder = mkdtempSync(join(tmpdir(), "dropped-"));
  const path = join(folder, "ticket.pdf");
  writeFileSync(path, pdfOf(newText()));
  await field(page).scrollIntoViewIfNeeded();
  await drop(page, field(page), path);
  const name = () => field(page).evaluate((input) => (input as HTMLInputElement).files?.[0]?.name);
  await people.until("the file is chosen", async () => (await name()) === "ticket.pdf");
  await field(page).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await panel(page).getByText("The file is attached: 1 code was read.").waitFor();
  rmSync(folder, { recursive: true });
});

test("several tickets are listed together: each has its own way to its file", async () => {
  const person = await people.join(browser, stack, "lots", narrow);
  const { page } = person;
  await page.goto(`${stack.url}/tickets/new`);
  await page.getByText("Next you can attach the ticket itself").waitFor();
  await page.getByLabel("What is it for?").fill("Two of a kind");
  await page.getByLabel("Price").fill("20");
  await page.getByLabel("How many tickets?").fill("2");
  await page.getByRole("button", { name: "List ticket" }).click();
  await page.getByText("Next attach the ticket itself to each.").waitFor();
  await page.getByRole("link", { name: "Attach the ticket itself: Two of a kind" }).first().click();
  await field(page).setInputFiles(pdf(pdfOf(newText())));
  await attach(page);
  await panel(page).getByText("The file is attached").waitFor();
});

test("a ticket that is reserved keeps what it has, and other people have no form", async () => {
  const { page } = seller;
  const ticket = await people.sell(seller, stack, "Reserved", "20");
  const buyer = await people.join(browser, stack, "buyer", narrow);
  await buyer.page.goto(ticket);
  assert.equal(await panel(buyer.page).count(), 0);
  await people.buy(buyer, ticket);
  await panel(page).getByText("Nothing is attached, and nothing can be").waitFor();
  assert.equal(await field(page).count(), 0);
});
