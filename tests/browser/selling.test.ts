// What a seller does with a ticket after it was listed, and what its buyers see of that.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Page } from "playwright-core";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";
import { startStack } from "./stack.ts";

let seller: people.Person;
before(async () => {
  seller = await people.join(browser, stack, "seller");
});

/** Changes a ticket without its form, as another tab or program of its seller does. */
async function change(address: string, title: string, price: string): Promise<void> {
  const answer = await seller.context.request.put(address.replace("/tickets/", "/api/tickets/"), {
    data: { title, price },
    headers: { "sec-fetch-site": "same-origin" },
  });
  assert.equal(answer.status(), 200);
}

const alert = (page: Page) => page.locator("main").getByRole("alert");
const buyButton = (page: Page, price: string) =>
  page.getByRole("button", { name: `Buy for ${price}`, exact: true });
/** Without updates a page shows what it was rendered with. */
const withoutUpdates = (page: Page) => page.route("**/api/tickets/**", (route) => route.abort());

test("the price on the button is the price of the order", async () => {
  const ticket = await people.put(seller, stack, "Dearer meanwhile", "20");
  const { page } = await people.join(browser, stack, "buyer");
  await withoutUpdates(page);
  await page.goto(ticket);
  await change(ticket, "Dearer meanwhile", "25");
  await buyButton(page, "$20.00").click();
  await alert(page).waitFor();
  assert.match(await alert(page).innerText(), /changed from \$20\.00 to \$25\.00/);
  assert.equal(page.url(), ticket, "nothing is ordered");
  await buyButton(page, "$25.00").waitFor();
  await page.locator(".stub-price", { hasText: "$25.00" }).waitFor();
  assert.match(await alert(page).innerText(), /You have not ordered the ticket/);
  await inspect(page);
  await buyButton(page, "$25.00").click();
  await people.heading(page, "Reserved for you").waitFor();
  await page.getByRole("button", { name: "Pay $25.00" }).waitFor();
});

test("a price that changes while the page is open is announced", async () => {
  const ticket = await people.put(seller, stack, "Watched price", "20");
  const { page } = await people.join(browser, stack, "buyer");
  await page.goto(ticket);
  await buyButton(page, "$20.00").waitFor();
  await change(ticket, "Watched price", "18.50");
  const news = page.getByRole("status").filter({ hasText: "from $20.00 to $18.50" });
  await news.waitFor();
  await buyButton(page, "$18.50").waitFor();
  await inspect(page);
});

test("an edit of a ticket that was changed elsewhere says so, and keeps what was typed", async () => {
  const ticket = await people.put(seller, stack, "Edited twice", "20");
  const { page } = seller;
  await page.goto(`${ticket}/edit`);
  const elsewhere = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbau";
  await change(ticket, elsewhere, "30");
  await page.getByLabel("What is it for?").fill("Edited here");
  await page.getByLabel("Price").fill("22");
  await page.getByRole("button", { name: "Save changes" }).click();
  await alert(page).waitFor();
  assert.match(await alert(page).innerText(), /changed elsewhere/);
  await page.getByText(elsewhere).waitFor();
  await page.getByText("$30.00").waitFor();
  assert.equal(await page.getByLabel("What is it for?").inputValue(), "Edited here");
  assert.equal(await page.getByLabel("Price").inputValue(), "22");
  await inspect(page);
  // After the warning the second press saves it.
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.waitForURL(ticket);
  await people.heading(page, "Edited here").waitFor();
});

test("a section is shown on the ticket and on its order, and can be cleared", async () => {
  const { page } = seller;
  await page.goto(`${stack.url}/tickets/new`);
  await fillListing(page, "Seated");
  await page.getByLabel("Section").fill("x".repeat(41));
  await page.getByRole("button", { name: "List ticket" }).click();
  await page.getByText("Use at most 40 characters").waitFor();
  await page.getByLabel("Section").fill("Balcony left");
  await inspect(page);
  await page.getByRole("button", { name: "List ticket" }).click();
  await people.heading(page, "Seated").waitFor();
  const ticket = page.url();
  await page.locator(".stub", { hasText: "Balcony left" }).waitFor();
  const buyer = await people.join(browser, stack, "buyer");
  await people.buy(buyer, ticket);
  await people.heading(buyer.page, "Reserved for you").waitFor();
  await buyer.page.locator(".stub", { hasText: "Balcony left" }).waitFor();
  await inspect(buyer.page);

  const other = await people.put(seller, stack, "Free seating", "10");
  await page.goto(`${other}/edit`);
  await page.getByLabel("Section").fill("Pit");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.locator(".stub", { hasText: "Pit" }).waitFor();
  // Back is the form of the ticket as it is now: the one before would be refused as older.
  await page.goBack();
  await page.getByRole("button", { name: "Save changes" }).waitFor();
  assert.equal(await page.getByLabel("Section").inputValue(), "Pit");
  await page.getByLabel("Section").fill("");
  await page.getByRole("button", { name: "Save changes" }).click();
  await people.heading(page, "Free seating").waitFor();
  assert.equal(await page.getByText("Pit", { exact: true }).count(), 0);
});

const countOf = async (title: string) => {
  const answer = await seller.context.request.get(`${stack.url}/api/tickets?limit=100`);
  const all = (await answer.json()) as { title: string }[];
  return all.filter((ticket) => ticket.title === title).length;
};

async function fillListing(page: Page, title: string): Promise<void> {
  await page.getByLabel("What is it for?").fill(title);
  await page.getByLabel("Price").fill("10");
}

/** Promises a ticket of $20.00 for after the sale, or takes that back, and waits until orders knows: a buyer
 *  who saw it so can order. */
async function setPromise(address: string, title: string, filePromised: boolean): Promise<void> {
  const headers = { "sec-fetch-site": "same-origin" };
  const { request } = seller.context;
  const data = { title, price: "20", filePromised };
  const id = address.split("/").at(-1);
  const changed = await request.put(`${stack.url}/api/tickets/${id}`, { data, headers });
  assert.equal(changed.status(), 200);
  let order = "";
  await people.until("orders knows of the promise", async () => {
    const seen = { ticketId: id, filePromised };
    const made = await request.post(`${stack.url}/api/orders`, { data: seen, headers });
    if (made.status() === 201) order = ((await made.json()) as { id: string }).id;
    return order !== "";
  });
  await people.ticketIs(seller, address, "reserved");
  const cancelled = await request.delete(`${stack.url}/api/orders/${order}`, { headers });
  assert.equal(cancelled.status(), 204);
  await people.ticketIs(seller, address, "available");
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without script";

  test(`a promise that was taken back is said, and nothing is ordered${how}`, async () => {
    const title = `Not given any more${how}`;
    const ticket = await people.put(seller, stack, title, "20");
    await setPromise(ticket, title, true);
    const phone = { viewport: { width: 390, height: 800 } };
    const options = { ...phone, javaScriptEnabled };
    const { page } = await people.join(browser, stack, "buyer", options);
    await withoutUpdates(page);
    await page.goto(ticket);
    await page.getByText("The seller has promised the ticket itself").waitFor();
    await setPromise(ticket, title, false);
    await buyButton(page, "$20.00").click();
    await alert(page).waitFor();
    const said = await alert(page).innerText();
    assert.match(said, /taken back the promise .* You have not ordered the ticket/);
    assert.equal(page.url(), ticket, "nothing is ordered");
    await page.getByText("The seller has not attached the ticket itself.").waitFor();
    if (javaScriptEnabled) await inspect(page);
    await buyButton(page, "$20.00").click();
    await people.heading(page, "Reserved for you").waitFor();
    await page.getByText("The seller has not attached the ticket itself.").waitFor();
  });

  test(`a form that is sent twice lists one ticket${how}`, async () => {
    const title = `Sent twice ${javaScriptEnabled}`;
    const { page } = await people.join(browser, stack, "twice", { javaScriptEnabled });
    await page.goto(`${stack.url}/tickets/new`);
    await fillListing(page, title);
    await page.getByRole("button", { name: "List ticket" }).dblclick();
    await people.heading(page, title).waitFor();
    const listed = page.url();
    await page.goBack();
    await fillListing(page, title);
    await page.getByRole("button", { name: "List ticket" }).click();
    await people.heading(page, title).waitFor();
    assert.equal(page.url(), listed);
    assert.equal(await countOf(title), 1);

    await page.goBack();
    await fillListing(page, `${title}, another`);
    await page.getByRole("button", { name: "List ticket" }).click();
    await people.heading(page, `${title}, another`).waitFor();
  });

  test(`a ticket is withdrawn after one question, and its page says so${how}`, async () => {
    const person = await people.join(browser, stack, "withdrawer", { javaScriptEnabled });
    const { page } = person;
    const ticket = await people.sell(person, stack, "Not for sale any more", "10");
    const confirm = page.getByRole("button", { name: "Yes, withdraw it" });
    assert.equal(await confirm.isVisible(), false, "one press alone must not withdraw it");
    const watcher = await people.visitor(browser);
    await watcher.page.goto(ticket);
    await page.locator("summary", { hasText: "Withdraw" }).click();
    if (javaScriptEnabled) await inspect(page);
    await confirm.click();
    await people.badge(page, "Withdrawn").waitFor();
    await page.getByText("You withdrew this ticket").waitFor();
    assert.equal(page.url(), ticket);
    await people.badge(watcher.page, "Withdrawn").waitFor();
    await watcher.page.getByText("The seller has withdrawn this ticket").waitFor();
    assert.equal(await watcher.page.getByRole("link", { name: "Sign in to buy" }).count(), 0);
    if (javaScriptEnabled) await inspect(watcher.page);
    assert.equal(await countOf("Not for sale any more"), 0);
    await page.goto(`${ticket}/edit`);
    await page.getByText("This ticket is withdrawn, so it cannot be changed").waitFor();
  });
}

const promise = (page: Page) =>
  page.getByRole("checkbox", { name: "I give the ticket itself after the sale" });
const isPromised = (page: Page) =>
  page.getByText("The seller has promised the ticket itself within a day after the sale");

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without script";

  test(`a ticket whose file is promised says so, and is due once it is sold${how}`, async () => {
    const title = `Promised ${javaScriptEnabled}`;
    const viewport = { width: 390, height: 800 };
    const person = await people.join(browser, stack, "promising", { javaScriptEnabled, viewport });
    const { page } = person;
    await page.goto(`${stack.url}/tickets/new`);
    await page.getByLabel("What is it for?").fill(title);
    await promise(page).check();
    await page.getByRole("button", { name: "List ticket" }).click();
    await page.getByText("Enter a price").waitFor();
    assert.ok(await promise(page).isChecked(), "a complaint about the price leaves it");
    await page.getByText("your buyer gets the whole price back by itself").waitFor();
    if (javaScriptEnabled) await inspect(page);
    await page.getByLabel("Price").fill("10");
    await page.getByRole("button", { name: "List ticket" }).click();
    await people.heading(page, title).waitFor();
    await page.getByText("You have promised it to your buyer after the sale").waitFor();
    if (javaScriptEnabled) await inspect(page);
    const ticket = page.url();
    await page.goto(`${ticket}/edit`);
    assert.ok(await promise(page).isChecked());
    await page.getByRole("button", { name: "Save changes" }).click();
    await people.heading(page, title).waitFor();

    const buyer = await people.join(browser, stack, "buyer");
    await buyer.page.goto(ticket);
    await isPromised(buyer.page).waitFor();
    await inspect(buyer.page);
    await people.buy(buyer, ticket);
    await people.heading(buyer.page, "Reserved for you").waitFor();
    await isPromised(buyer.page).waitFor();
    await people.pay(buyer);
    await buyer.page.getByText("The seller still has to attach the ticket itself.").waitFor();
    await page.goto(`${stack.url}/sell?show=sold`);
    await page.locator(".notice", { hasText: /^Attach the ticket itself: due / }).waitFor();
  });
}

test("a promise that is taken back stays so while an answer is lost, and its buyers see it", async () => {
  const { page } = seller;
  await page.goto(`${stack.url}/tickets/new`);
  await fillListing(page, "Taken back");
  await promise(page).check();
  await page.getByRole("button", { name: "List ticket" }).click();
  await people.heading(page, "Taken back").waitFor();
  const ticket = page.url();
  await page.goto(`${ticket}/edit`);
  await promise(page).uncheck();
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Save changes" }).click();
  await alert(page).waitFor();
  assert.equal(await promise(page).isChecked(), false);
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Save changes" }).click();
  await people.heading(page, "Taken back").waitFor();
  const buyer = await people.join(browser, stack, "buyer");
  await buyer.page.goto(ticket);
  await buyer.page.getByText("The seller has not attached the ticket itself.").waitFor();
  assert.equal(await isPromised(buyer.page).count(), 0);
});

test("a reserved ticket is not withdrawn, and the page says why", async () => {
  const ticket = await people.put(seller, stack, "Too late", "10");
  const { page } = seller;
  await withoutUpdates(page);
  await page.goto(ticket);
  await page.locator("summary", { hasText: "Withdraw" }).click();
  await people.buy(await people.join(browser, stack, "buyer"), ticket);
  await people.ticketIs(seller, ticket, "reserved");
  await page.getByRole("button", { name: "Yes, withdraw it" }).click();
  await alert(page).waitFor();
  assert.match(await alert(page).innerText(), /reserved/);
  await page.unroute("**/api/tickets/**");
});

test("to its seller Edit is the main action of a ticket", async () => {
  const ticket = await people.put(seller, stack, "Mine", "10");
  for (const width of [390, 1280]) {
    await seller.page.setViewportSize({ width, height: 800 });
    await seller.page.goto(ticket);
    const main = seller.page.locator("main .button-primary");
    assert.deepEqual(await main.allInnerTexts(), ["Edit"]);
    assert.ok(await buyButton(seller.page, "$10.00").isVisible());
  }
  await seller.page.getByRole("link", { name: "Edit", exact: true }).click();
  await people.heading(seller.page, "Edit ticket").waitFor();
});

test("where sellers cannot order their own tickets, the page offers them no order", async () => {
  const strict = await startStack({ apiEnvironment: { OWN_TICKETS: "refuse" } });
  try {
    const owner = await people.join(browser, strict, "owner");
    const ticket = await people.put(owner, strict, "Not for myself", "10");
    const { page } = owner;
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(ticket);
      await page.getByText("You listed this ticket. It is for sale.").waitFor();
      assert.equal(await buyButton(page, "$10.00").count(), 0);
      assert.ok(await page.getByRole("link", { name: "Edit", exact: true }).isVisible());
      assert.ok(await page.locator("summary", { hasText: "Withdraw" }).isVisible());
    }
    await inspect(page);
    const buyer = await people.join(browser, strict, "buyer");
    await people.buy(buyer, ticket);
    await people.heading(buyer.page, "Reserved for you").waitFor();
  } finally {
    await people.leave(browser, strict);
    await strict.stop();
  }
});

test("without script a changed price is shown, and the button has the new one", async () => {
  const ticket = await people.put(seller, stack, "Dearer on paper", "20");
  const options = { javaScriptEnabled: false };
  const { page } = await people.join(browser, stack, "plain", options);
  await page.goto(ticket);
  await change(ticket, "Dearer on paper", "25");
  await buyButton(page, "$20.00").click();
  assert.match(await alert(page).innerText(), /changed from \$20\.00 to \$25\.00/);
  await buyButton(page, "$25.00").click();
  await people.heading(page, "Reserved for you").waitFor();
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without script";

  test(`of tickets listed together one is sold and the others stay for sale${how}`, async () => {
    const lister = await people.join(browser, stack, "lister", { javaScriptEnabled });
    const show = await people.putShow(lister, stack, {
      name: `Three alike ${javaScriptEnabled ? "live" : "plain"}`,
    });
    await lister.page.goto(`${show}/sell`);
    await lister.page.getByLabel("Price", { exact: true }).fill("30");
    await lister.page.getByLabel("How many tickets?").fill("3");
    await lister.page.getByRole("button", { name: "List ticket" }).click();
    await lister.page.getByText("3 tickets listed. Each is sold on its own.").waitFor();
    const listed = lister.page.getByRole("list", { name: "Listed tickets" });
    assert.equal(await listed.getByText("For sale", { exact: true }).count(), 3);

    const buyer = await people.join(browser, stack, "buyer", { javaScriptEnabled });
    await buyer.page.goto(show);
    assert.equal(await people.cards(buyer.page).count(), 3);
    const href = await people.cards(buyer.page).first().getByRole("link").getAttribute("href");
    await people.buy(buyer, `${stack.url}${href}`);
    await people.pay(buyer);
    await people.heading(buyer.page, "It’s yours").waitFor();

    // The sale reaches the list and the count of the show a moment later.
    const { page } = await people.visitor(browser, { javaScriptEnabled });
    await people.until("two are left", async () => {
      await page.goto(show);
      return (await people.cards(page).count()) === 2;
    });
    await lister.page.goto(`${stack.url}/sell`);
    assert.equal(await listed.getByText("For sale", { exact: true }).count(), 2);
    const second = await people.cards(page).first().getByRole("link").getAttribute("href");
    await people.buy(buyer, `${stack.url}${second}`);
    await people.heading(buyer.page, "Reserved for you").waitFor();
  });
}
