// Every page and the main flows on pages that the browser translates (translator.ts).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";
import { translate } from "./translator.ts";

let stack: Stack;
let browser: Browser;
let seller: people.Person;
before(async () => {
  stack = await startStack({ own: true });
  browser = await people.openBrowser();
  seller = await people.join(browser, stack, "seller");
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  people.assertQuietConsoles();
});

const width = { viewport: { width: 390, height: 800 } };

async function reader(
  name: string,
  options?: Parameters<typeof people.signUp>[3],
  shop: Stack = stack,
) {
  const { context, page } = await people.visitor(browser, options);
  await translate(context);
  const email = people.newEmail(name);
  await page.goto(`${shop.url}/auth/signup`);
  await isTranslated(page);
  await people.fillCredentials(page, email);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(`${shop.url}/`);
  return { context, page, email };
}

async function isTranslated(page: Page) {
  await page.locator("html[data-translated] main font").first().waitFor({ state: "attached" });
}

/** What a seller's tool sends, so that the seller's page is not what is under test. */
async function changePrice(ticket: string, title: string, price: string) {
  const answer = await seller.context.request.put(
    `${stack.url}/api/tickets/${ticket.split("/").at(-1)}`,
    { data: { title, price }, headers: { "sec-fetch-site": "same-origin" } },
  );
  assert.equal(answer.status(), 200);
}

for (const options of [undefined, width])
  test(`a purchase on a translated page, ${options ? "narrow" : "wide"}`, async () => {
    const ticket = await people.put(seller, stack, "Translated", "19.99");
    const { page } = await reader("buyer", options);
    await page.goto(ticket);
    await isTranslated(page);
    await page.getByRole("button", { name: "Buy for $19.99" }).click();
    await people.heading(page, "Reserved for you").waitFor();
    await people.pay({ page }, "Declined Visa");
    await page.locator("main").getByRole("alert").waitFor();
    await people.pay({ page });
    await people.heading(page, "It’s yours").waitFor();
    await page.getByText("Return this ticket").click();
    await page.getByRole("button", { name: "Return it for $19.99" }).click();
    await people.heading(page, "Your money is on its way back").waitFor();
    await people.badge(page, "Refunded").waitFor();
  });

test("prices and titles keep changing, on the list and on the ticket's page", async () => {
  const ticket = await people.put(seller, stack, "Live price", "10");
  const { context, page } = await reader("watcher");
  const list = people.listen(await context.newPage());
  await list.goto(stack.url);
  await page.goto(ticket);
  const card = list.getByRole("listitem").filter({ hasText: "Live price" });
  for (const shown of [list, page]) await isTranslated(shown);
  for (const [title, price] of [
    ["Live price now", "11"],
    ["Live price later", "12"],
  ] as const) {
    await changePrice(ticket, title, price);
    await page.getByRole("button", { name: `Buy for $${price}.00` }).waitFor();
    await people.heading(page, title).waitFor();
    await list.bringToFront();
    await card.getByText(`$${price}.00`).waitFor();
    await card.getByText(title, { exact: true }).waitFor();
    await page.bringToFront();
  }
});

test("a ticket that is reserved, free again and sold says so", async () => {
  const ticket = await people.put(seller, stack, "Comes and goes", "10");
  const { page } = await reader("onlooker");
  await page.goto(ticket);
  await isTranslated(page);
  const other = await people.join(browser, stack, "other");
  await people.buy(other, ticket);
  await people.badge(page, "Reserved").waitFor();
  await people.cancel(other);
  await people.badge(page, "For sale").waitFor();
  await people.buy(other, ticket);
  await people.badge(page, "Reserved").waitFor();
  await people.pay(other);
  await people.badge(page, "Sold").waitFor();
  await page.getByText("This ticket is sold").waitFor();
});

test("an order is cancelled", async () => {
  const { page } = await reader("hesitant");
  await page.goto(await people.put(seller, stack, "Cancelled", "10"));
  await page.getByRole("button", { name: /^Buy for/ }).click();
  await people.heading(page, "Reserved for you").waitFor();
  await people.cancel({ page });
  await people.heading(page, "You cancelled this order").waitFor();
});

test("an order runs out", async () => {
  const holdSeconds = 30;
  const brief = await startStack({ holdSeconds });
  try {
    const { page, ...person } = await reader("late", undefined, brief);
    await page.goto(await people.put(person, brief, "Runs out", "10"));
    await page.getByRole("button", { name: /^Buy for/ }).click();
    const clock = page.locator(".countdown-clock");
    const before = await clock.innerText();
    await people.until("the clock goes on", async () => (await clock.innerText()) !== before);
    const timeout = holdSeconds * 1_000 + people.patienceMs;
    await people.heading(page, "The time ran out").waitFor({ timeout });
  } finally {
    await people.leave(browser, brief);
    await brief.stop();
  }
});

test("a ticket is listed with a complaint before, changed, and found under every link", async () => {
  const { page, email } = await reader("lister");
  await page.goto(`${stack.url}/tickets/new`);
  await isTranslated(page);
  await page.getByLabel("What is it for?").fill("My translated ticket");
  await page.getByLabel("Price").fill("nothing");
  await page.getByRole("button", { name: "List ticket" }).click();
  await page.locator("#price-error").waitFor();
  await page.getByLabel("Price").fill("15");
  await page.getByRole("button", { name: "List ticket" }).click();
  await people.heading(page, "My translated ticket").waitFor();
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await page.getByLabel("Price").fill("16");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("$16.00").first().waitFor();
  for (const [link, title] of [
    ["Orders", "My orders"],
    ["Sell", "My tickets"],
    ["Browse", "Tickets from people who can’t make it"],
  ] as const) {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link }).click();
    await people.heading(page, title).waitFor();
  }
  await page.getByRole("link", { name: "My translated ticket" }).click();
  await people.heading(page, "My translated ticket").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await people.heading(page, "You are signed out").waitFor();
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await people.fillCredentials(page, email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText(email).first().waitFor();
});

test("a show is found, its ticket sold, and its page follows", async () => {
  const name = "Translated show";
  const show = await people.putShow(seller, stack, { name });
  const { page } = await reader("finder");
  await page.goto(`${stack.url}/tickets/new`);
  await isTranslated(page);
  const results = page.getByRole("list", { name: "Shows found" });
  await page.getByLabel("For which show?").fill("nowhere to be found");
  await page.getByText("No show found").waitFor();
  await page.getByLabel("For which show?").fill("translated sh");
  await results.getByRole("link", { name }).click();
  await people.heading(page, name).waitFor();
  await page.getByLabel("Price", { exact: true }).fill("nothing");
  await page.getByRole("button", { name: "List ticket" }).click();
  await page.locator("#price-error").waitFor();
  await page.getByLabel("Price", { exact: true }).fill("30");
  await page.getByRole("button", { name: "List ticket" }).click();
  await page.getByRole("link", { name: "All tickets for this show" }).click();
  await people.cards(page).first().waitFor();
  await people.putFor(seller, stack, show, { price: "20", row: "4" });
  await page.getByRole("button", { name: "1 new ticket" }).click();
  await people.cards(page).first().getByText("$20.00").waitFor();
});

test("prices, numbers and clocks are not for translation", async () => {
  const ticket = await people.put(seller, stack, "Untouched", "10");
  const { page } = await reader("checker");
  const kept = (selector: string) =>
    page
      .locator(selector)
      .evaluateAll((all) =>
        all.every((each) => each.closest("[translate=no]") ?? each.querySelector("[translate=no]")),
      );
  await page.goto(ticket);
  assert.equal(await kept(".stub-price"), true);
  assert.equal(await kept(".stub-serial"), true);
  await page.getByRole("button", { name: /^Buy for/ }).click();
  await page.locator(".countdown-clock").waitFor();
  assert.equal(await kept(".countdown-clock"), true);
  await isTranslated(page);
  assert.equal(
    await page.locator(".countdown-clock font, .stub-price span[translate=no] font").count(),
    0,
  );
});
