// The front page: what it shows, how it stays up to date, and how it holds names of any shape.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

const pageSize = 24;
const widths = [390, 1280];

let stack: Stack;
let browser: Browser;
let seller: people.Person;
before(async () => {
  // Its own: other files' tickets would push those of these tests off the first page.
  stack = await startStack({ own: true });
  browser = await people.openBrowser();
  seller = await people.join(browser, stack, "seller");
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  people.assertQuietConsoles();
});

const visit = async (width: number, path = "/") => {
  const { page } = await people.visitor(browser, { viewport: { width, height: 800 } });
  await people.keptPagesAreOver();
  await page.goto(stack.url + path);
  return page;
};
const titles = (page: Page) => people.cards(page).locator("h2").allInnerTexts();
const newTickets = (page: Page, words: string) =>
  page.getByRole("status").getByRole("button", { name: words, exact: true });

test("the list follows without a reload, even when it began with nothing", async () => {
  const page = await visit(390);
  await people.heading(page, "Nothing is for sale right now").waitFor();
  await people.put(seller, stack, "The first of all");
  await newTickets(page, "1 new ticket").click();
  await people.cards(page).getByText("The first of all").waitFor();
  assert.equal(await people.heading(page, "Nothing is for sale right now").count(), 0);
});

test("the front page shows what can be bought; the rest is a choice", async () => {
  const open = await people.put(seller, stack, "Still there");
  const gone = await people.put(seller, stack, "Already gone");
  const buyer = await people.join(browser, stack, "buyer");
  await people.buy(buyer, gone);
  await people.pay(buyer);
  await people.heading(buyer.page, "It’s yours").waitFor();
  await people.ticketIs(buyer, gone, "sold");

  const page = await visit(1280);
  for (const path of ["/", "/?status=available", "/?status=nonsense"]) {
    await page.goto(stack.url + path);
    const shown = await titles(page);
    assert.ok(shown.includes("Still there"), path);
    assert.ok(!shown.includes("Already gone"), path);
    const chosen = page.getByRole("navigation", { name: "Filter tickets" });
    assert.equal(await chosen.locator("[aria-current]").innerText(), "For sale");
  }
  await page.getByRole("link", { name: "Reserved", exact: true }).click();
  await people.heading(page, "No ticket is reserved right now").waitFor();
  assert.equal(await page.getByText("New tickets are announced here").count(), 0);
  await page.getByRole("link", { name: "All", exact: true }).click();
  await page.waitForURL(/status=all/);
  await people.cards(page).getByText("Already gone").waitFor();
  await page.getByRole("link", { name: "Sold", exact: true }).click();
  await page.waitForURL(/status=sold/);
  await people.cards(page).first().getByText("Sold").waitFor();
  const badges = await page.locator("main .badge").allInnerTexts();
  assert.deepEqual(new Set(badges), new Set(["Sold"]));
  assert.ok(open);
});

for (const width of widths)
  test(`nothing moves on screen while tickets come and go, at ${width}`, async () => {
    const watched = await people.put(seller, stack, `Watched ${width}`);
    const page = await visit(width);
    const card = people.cards(page).filter({ hasText: `Watched ${width}` });
    const places = () => page.locator("main a, main li").evaluateAll(placesOf);
    const shown = await titles(page);
    const placed = await places();

    await people.put(seller, stack, "New one");
    await newTickets(page, "1 new ticket").waitFor();
    await people.put(seller, stack, "Another new one");
    await newTickets(page, "2 new tickets").waitFor();
    await people.buy(await people.join(browser, stack, "buyer"), watched);
    await card.getByText("Reserved").waitFor();
    assert.deepEqual(await titles(page), shown);
    assert.deepEqual(await places(), placed);

    await inspect(page);
    await page.setViewportSize({ width, height: 800 });
    await newTickets(page, "2 new tickets").click();
    await people.cards(page).first().getByText("Another new one").waitFor();
    assert.equal((await titles(page))[1], "New one");
    await page.getByText("Newest first").waitFor();
    const focus = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    assert.equal(focus, "Tickets");
  });

const placesOf = (all: Element[]) =>
  all.map((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [x, y, width, height];
  });

test("a page that stays open does not grow", async () => {
  const page = await visit(390);
  await page.evaluate(() => Object.assign(window, { untouched: true }));
  const before = await people.cards(page).count();
  for (let index = 0; index < pageSize + 2; index++)
    await people.put(seller, stack, `Filler ${index}`);
  await newTickets(page, `${pageSize + 2} new tickets`).waitFor();
  assert.equal(await people.cards(page).count(), before);
  await newTickets(page, `${pageSize + 2} new tickets`).click();
  await page.getByText("Newest first").waitFor();
  assert.equal(await people.cards(page).count(), pageSize);
  assert.equal(await page.evaluate(() => "untouched" in window), true, "no reload");
});

test("paging reaches every ticket once, and goes back the same way", async () => {
  const page = await visit(1280, "/?status=all");
  const follow = async (name: string) => {
    const before = await shown(page);
    await page.getByRole("link", { name }).click();
    await page.waitForFunction(hasChanged, before[0]);
  };
  const pages = [await shown(page)];
  const older = page.getByRole("link", { name: "Older tickets" });
  while ((await older.count()) > 0) {
    await follow("Older tickets");
    pages.push(await shown(page));
  }
  assert.ok(pages.length > 1);
  const seen = pages.flat();
  assert.equal(new Set(seen).size, seen.length);
  const answer = await page.request.get(`${stack.url}/api/tickets?limit=100`);
  assert.equal(seen.length, ((await answer.json()) as unknown[]).length);
  await inspect(page);

  for (const before of pages.slice(0, -1).reverse()) {
    await follow("Newer tickets");
    assert.deepEqual(await shown(page), before);
  }
  assert.equal(page.url(), `${stack.url}/?status=all`, "the first page has its plain address");
  await follow("Older tickets");
  await follow("Newest");
  assert.equal(await page.getByRole("link", { name: "Newest" }).count(), 0);
});

const shown = (page: Page) => people.cards(page).getByRole("link").evaluateAll(hrefsOf);
const hasChanged = (before: string | undefined) => {
  const first = document.querySelector<HTMLAnchorElement>("main li a");
  // While a page is on its way the old one is hidden.
  return first?.checkVisibility() === true && first.href !== before;
};

const hrefsOf = (all: Element[]) => all.map((link) => (link as HTMLAnchorElement).href);

test("without a stream the list is read again, also what has left it", async () => {
  const ticket = await people.put(seller, stack, "Polled");
  const { page } = await people.visitor(browser);
  await page.route("**/api/tickets/stream", (route) => route.abort());
  await people.keptPagesAreOver();
  await page.goto(stack.url);
  await people.buy(await people.join(browser, stack, "buyer"), ticket);
  const card = people.cards(page).filter({ hasText: "Polled" });
  await card.getByText("Reserved").waitFor({ timeout: 60_000 });
});

const tooLong = "Donaudampfschifffahrtsgesellschaftskapitänsmützenausverkauf".repeat(3);
const names = {
  words: "Internationales Philharmonieorchester, Brandenburgische Konzerte",
  long: "Evening of very many words ".repeat(8).slice(0, 200).trim(),
  single: tooLong,
  hebrew: "מופע (2024)",
};

for (const width of widths)
  test(`names of any length and script keep to their place, at ${width}`, async () => {
    const addresses: Record<string, string> = {};
    await people.put(seller, stack, "Short", "999999.99");
    for (const [name, title] of Object.entries(names))
      addresses[name] = await people.put(seller, stack, title, "999999.99");
    const page = await visit(width);
    const heights = await page
      .locator("main li")
      .evaluateAll((all) => all.slice(0, 5).map((one) => one.getBoundingClientRect().height));
    assert.ok(Math.max(...heights) <= 180, `a row is stretched: ${heights}`);
    assert.deepEqual(await page.evaluate(brokenWords), [], "words broken in the list");
    await inspect(page);

    const long = people.cards(page).getByRole("link", { name: names.long, exact: true });
    assert.equal(await long.first().locator("bdi").getAttribute("title"), names.long);
    await page.setViewportSize({ width, height: 800 });
    for (const [name, address] of Object.entries(addresses)) {
      await page.goto(address);
      const shown = page.locator("h1 bdi");
      assert.equal(await shown.innerText(), names[name as keyof typeof names]);
      if (name !== "single") assert.deepEqual(await page.evaluate(brokenWords), [], name);
      await inspect(page);
      await page.setViewportSize({ width, height: 800 });
    }
  });

/** Words of up to 21 letters in names of tickets that stand on two lines. */
function brokenWords(): string[] {
  const found: string[] = [];
  for (const name of document.querySelectorAll("main bdi")) {
    const text = name.firstChild;
    if (!text) continue;
    for (const { index, 0: word } of (text.textContent ?? "").matchAll(
      /[\p{L}]{2,21}(?!\p{L})/gu,
    )) {
      const before = text.textContent?.[index - 1] ?? " ";
      if (/\p{L}/u.test(before)) continue;
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1) found.push(word);
    }
  }
  return found;
}
