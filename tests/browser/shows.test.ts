// Shows: how they are found, what their pages say, and tickets that are for them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { before, test } from "node:test";
import type { Page } from "playwright-core";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";
import { startClient } from "./stack.ts";

const preview = new URL("../../client/app/preview.png", import.meta.url);

let seller: people.Person;
before(async () => {
  seller = await people.join(browser, stack, "seller");
});

const wide = { viewport: { width: 1280, height: 800 } };
/** A day after which no other test's shows are. */
const farOff = () => new Date(Date.now() + people.daysMs(900)).toISOString();
const shows = (page: Page) => page.locator(".show-grid").getByRole("listitem");
const localDay = (days: number) =>
  new Date(Date.now() + people.daysMs(days)).toISOString().slice(0, 10);

async function fillShow(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name of the show").fill(name);
  await page.getByRole("radio", { name: "Festival" }).check();
  await page.getByLabel("Begins").fill(`${localDay(20)}T19:30`);
  await page.getByLabel("Venue").fill("Stadthalle");
  await page.getByLabel("City").fill("Kyōto");
  await page.getByLabel("Country").fill("jp");
  await page.getByLabel("Time zone").fill("Asia/Tokyo");
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without script";

  test(`a seller adds a show and sells a seat, and a buyer finds it${how}`, async () => {
    const name = `Jazz am Fluss ${javaScriptEnabled ? "live" : "plain"}`;
    const { page } = await people.join(browser, stack, "adder", { javaScriptEnabled });
    await page.goto(`${stack.url}/tickets/new`);
    await page.getByRole("link", { name: "Add a show" }).click();
    await page.getByRole("button", { name: "Add the show" }).click();
    await page.getByText("Say what the show is called.").waitFor();
    await page.getByText("Enter the two letters of the country").waitFor();
    await fillShow(page, name);
    await page.getByLabel("Time zone").fill("Nowhere");
    await page.getByRole("button", { name: "Add the show" }).click();
    await page.getByText("Choose a time zone").waitFor();
    assert.equal(await page.getByLabel("Name of the show").inputValue(), name);
    await page.getByLabel("Time zone").fill("Asia/Tokyo");
    await page.getByRole("button", { name: "Add the show" }).click();

    await people.heading(page, name).waitFor();
    await page.getByText("7:30 PM (Tokyo time, GMT+9)").waitFor();
    await page.getByLabel("Row").fill("4");
    await page.getByLabel("Seat").fill("x".repeat(21));
    await page.getByLabel("Face value").fill("dear");
    await page.getByLabel("Restrictions").fill("Limited view");
    await page.getByLabel("Price", { exact: true }).fill("35");
    await page.getByRole("button", { name: "List ticket" }).click();
    await page.locator("#seat-error", { hasText: "at most 20 characters" }).waitFor();
    await page.locator("#faceValue-error", { hasText: "printed on the ticket" }).waitFor();
    await page.getByLabel("Seat").fill("12");
    await page.getByLabel("Face value").fill("$40");
    await page.getByRole("button", { name: "List ticket" }).click();
    await page.waitForURL(/\/tickets\/[0-9a-f-]{36}$/);
    await saysAll(page, name);

    const buyer = await people.signUp(browser, stack, "buyer", { javaScriptEnabled });
    await buyer.page.getByLabel("Search for a show").fill(`jazz fluss ${name.slice(-5, -1)}`);
    await buyer.page.getByRole("button", { name: "Search" }).click();
    await buyer.page.getByRole("link", { name }).click();
    await people.heading(buyer.page, name).waitFor();
    await people.cards(buyer.page).getByRole("link", { name: "Row 4, seat 12" }).click();
    await buyer.page.getByRole("button", { name: "Buy for $35.00" }).click();
    await people.heading(buyer.page, "Reserved for you").waitFor();
    await saysAll(buyer.page, name);
  });
}

/** What a ticket is for, when and where, and its seat. */
async function saysAll(page: Page, name: string): Promise<void> {
  const stub = page.locator(".stub");
  await stub.getByRole("heading", { name }).waitFor();
  for (const words of [
    "7:30 PM (Tokyo time, GMT+9)",
    "Stadthalle, Kyōto",
    "Row 4, seat 12",
    "Face value $40.00",
    "Limited view",
  ])
    await stub.getByText(words).waitFor();
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without script";

  test(`its maker gives a show a picture, and takes it away${how}`, async () => {
    const maker = await people.join(browser, stack, "painter", { javaScriptEnabled });
    const { page } = maker;
    const name = `Pictured ${javaScriptEnabled ? "live" : "plain"}`;
    const show = await people.putShow(maker, stack, { name });
    const file = (mimeType: string, buffer: Buffer) => ({ name: "picture", mimeType, buffer });
    await page.goto(show);
    await page.getByRole("link", { name: "Add a picture" }).click();
    await people.heading(page, "Add a picture").waitFor();
    const field = page.getByLabel("Picture", { exact: true });
    const send = () => page.getByRole("button", { name: "Use this picture" }).click();
    await field.setInputFiles(file("image/png", Buffer.from("no picture")));
    await send();
    await page.getByText("This file cannot be read as a picture").waitFor();
    await field.setInputFiles(file("image/png", readFileSync(preview)));
    await send();
    await page.waitForURL(show);
    const picture = page.locator(".show-head img.show-picture");
    await picture.waitFor();
    const width = () => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth);
    // The browser chooses a size, and loads it.
    await people.until("the picture is loaded", async () => (await width()) > 0);
    const stranger = await people.visitor(browser, wide);
    await stranger.page.goto(show);
    await stranger.page.locator(".show-head img.show-picture").waitFor();
    assert.equal(await stranger.page.getByRole("link", { name: "Change the picture" }).count(), 0);

    await page.getByRole("link", { name: "Change the picture" }).click();
    await page.getByText("Remove the picture").click();
    await page.getByRole("button", { name: "Yes, remove it" }).click();
    await page.waitForURL(show);
    await page.locator(".show-head svg.show-picture").waitFor();
  });
}

/** What a page has of its own is lost when it is loaded again. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { isOld: true }));
async function isNotLoadedAgain(page: Page): Promise<void> {
  assert.ok(await page.evaluate(() => "isOld" in window), "the page was loaded again");
}

test("a change of a show reaches all open pages that show it", async () => {
  const maker = await people.join(browser, stack, "mover");
  const name = `Moved ${crypto.randomUUID().slice(0, 8)}`;
  // Before the shows of other tests, and so on the front page.
  const startsAt = new Date(Date.now() + people.daysMs(0.5)).toISOString();
  const show = await people.putShow(maker, stack, { name: `${name}, at first`, startsAt });
  const ticket = await people.putFor(maker, stack, show, { price: "30" });
  const { page: showPage } = await people.visitor(browser, wide);
  const { page: ticketPage } = await people.visitor(browser, wide);
  const { page: frontPage } = await people.visitor(browser, wide);
  await showPage.goto(show);
  await ticketPage.goto(ticket);
  await frontPage.goto(stack.url);
  const card = shows(frontPage).filter({ hasText: name });
  await card.getByText(`${name}, at first`).waitFor();
  const all = [showPage, ticketPage, frontPage];
  for (const page of all) await mark(page);
  await people.change(maker, show, { name, status: "postponed" });
  await people.putPicture(maker, show, readFileSync(preview));
  for (const place of [showPage.locator(".show-head"), card]) {
    await place.getByRole("heading", { name, exact: true }).waitFor();
    await place.getByText("Postponed", { exact: true }).waitFor();
    await place.locator("img.show-picture").waitFor();
  }
  await showPage.getByText("This show is postponed.").waitFor();
  await ticketPage.locator(".stub-show").getByText("Postponed", { exact: true }).waitFor();
  await people.plan(maker, show, "cancelled");
  await showPage.getByText("This show is cancelled.").waitFor();
  await ticketPage.locator(".stub-show").getByText("Cancelled", { exact: true }).waitFor();
  await card.getByText("Cancelled", { exact: true }).waitFor();
  for (const page of all) await isNotLoadedAgain(page);
  for (const page of [showPage, ticketPage]) {
    const said = page.getByRole("status").filter({ hasText: `${name}: Cancelled` });
    await said.waitFor({ state: "attached" });
  }
});

test("a show that was just made comes to the open front pages that would have it", async () => {
  const { page } = await people.visitor(browser, wide);
  // The page reads its shows once more when its stream opens.
  const reread = page.waitForResponse((answer) => answer.url().includes("/api/shows/upcoming"));
  await page.goto(stack.url);
  await reread;
  await mark(page);
  let asked = 0;
  page.on("request", (sent) => void (sent.url().includes("/api/shows/upcoming") && asked++));
  for (const [index, name] of ["Just made", "Made after it"].entries()) {
    const startsAt = new Date(Date.now() + people.daysMs(0.4 + index / 100)).toISOString();
    const show = `${name} ${crypto.randomUUID()}`;
    await people.putShow(seller, stack, { name: show, startsAt });
    await shows(page).getByText(show).waitFor();
  }
  assert.ok(asked >= 2, `${asked} readings`);
  await isNotLoadedAgain(page);
});

test("the open page of a show follows the tickets of one that is merged into it", async () => {
  const [once, standing] = ["Named once", "Named twice"].map((name) =>
    people.putShow(seller, stack, { name: `${name} ${crypto.randomUUID()}` }),
  ) as [Promise<string>, Promise<string>];
  const [merged, show] = [await once, await standing];
  await people.putFor(seller, stack, merged, { price: "20" });
  await people.putFor(seller, stack, show, { price: "30" });
  const { page } = await people.visitor(browser, wide);
  const { page: mergedPage } = await people.visitor(browser, wide);
  await page.goto(show);
  await mergedPage.goto(merged);
  for (const each of [page, mergedPage]) await people.cards(each).first().waitFor();
  assert.equal(await people.cards(page).count(), 1);
  await mark(page);
  await people.merge(stack, merged, show);
  await people.cards(page).filter({ hasText: "$20.00" }).waitFor();
  await mergedPage.waitForURL(show);
  await people.putFor(seller, stack, merged, { price: "10" });
  for (const each of [page, mergedPage])
    await each.getByRole("button", { name: "1 new ticket", exact: true }).waitFor();
  await isNotLoadedAgain(page);
});

test("a picture says how much of it is sent, and is kept without a connection", async () => {
  const { page, context } = seller;
  await page.goto(`${await people.putShow(seller, stack, { name: "Sent slowly" })}/picture`);
  const field = page.getByLabel("Picture", { exact: true });
  await field.setInputFiles({
    name: "picture",
    mimeType: "image/png",
    buffer: Buffer.alloc(1_000_000, "no picture"),
  });
  const send = page.getByRole("button", { name: "Use this picture" });
  await context.setOffline(true);
  await send.click();
  await page.getByText("You are offline.").waitFor();
  await context.setOffline(false);
  const chosen = () => field.evaluate((input) => (input as HTMLInputElement).files?.[0]?.size);
  assert.equal(await chosen(), 1_000_000, "the picture has to be chosen again");

  await page.evaluate(() => {
    const shown = new Set<number>();
    Object.assign(window, { shown });
    new MutationObserver(() => {
      const bar = document.querySelector("form progress");
      if (bar) shown.add((bar as HTMLProgressElement).value);
    }).observe(document.body, { childList: true, attributes: true, subtree: true });
  });
  const network = await context.newCDPSession(page);
  // Slow enough for a busy machine to show more than one of its steps.
  const throughput = 150_000;
  await network.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
  await send.click();
  await page.getByText("This file cannot be read as a picture").waitFor();
  await network.detach();
  const shown = await page.evaluate(() => [...(window as unknown as { shown: Set<number> }).shown]);
  assert.ok(shown.filter((percent) => percent > 0 && percent < 100).length > 1, String(shown));
});

test("a show is found while its name is typed, with the keyboard alone", async () => {
  const name = "Zauberflöte im Park";
  await people.putShow(seller, stack, { name });
  const { page } = seller;
  await page.goto(`${stack.url}/tickets/new`);
  await page.getByLabel("For which show?").focus();
  await page.keyboard.type("zauberflo");
  const found = page.getByRole("list", { name: "Shows found" }).getByRole("link", { name });
  await found.waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await people.until("the focus on what was found", () =>
    found.evaluate((link) => link === document.activeElement),
  );
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/sell\?attempt=/);
  await people.heading(page, name).waitFor();
  await page.goBack();
  await page.getByLabel("For which show?").waitFor();
  await page.route("**/api/shows?**", (route) => route.abort());
  await page.getByLabel("For which show?").fill("zauberfl");
  await page.getByText("Shows cannot be searched right now.").waitFor();
  await page.unroute("**/api/shows?**");
  await page.getByLabel("For which show?").fill("zauberflot");
  await found.waitFor();
});

test("without script the same form finds it when the button is pressed", async () => {
  const name = "Orgelnacht";
  await people.putShow(seller, stack, { name });
  const { page } = await people.join(browser, stack, "plain", { javaScriptEnabled: false });
  await page.goto(`${stack.url}/tickets/new`);
  await page.getByLabel("For which show?").fill("orgelna");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("1 show found").waitFor();
  await page.getByRole("link", { name }).click();
  await page.getByRole("button", { name: "List ticket" }).waitFor();
});

test("the time of a show is that of its venue, and says so", async () => {
  const show = await people.putShow(seller, stack, {
    name: "New Year at the harbour",
    startsAt: `${new Date().getFullYear() + 1}-12-31T13:00:00.000Z`,
    venue: people.venues.sydney,
  });
  for (const timezoneId of ["America/Los_Angeles", "Europe/Berlin"]) {
    const { page } = await people.visitor(browser, { ...wide, timezoneId });
    await page.goto(show);
    await page.getByText(/ Jan 1, /).waitFor();
    await page.getByText(/12:00\sAM \(Sydney time, GMT\+11\)/).waitFor();
    await page.context().close();
  }
  const calendar = await seller.context.request.get(
    `${show.replace("/shows/", "/api/shows/")}.ics`,
  );
  assert.match(await calendar.text(), /^BEGIN:VCALENDAR/);
  await seller.page.goto(show);
  const link = seller.page.getByRole("link", { name: "Add to calendar" });
  assert.equal(new URL((await link.getAttribute("href")) ?? "", stack.url).href, calendar.url());
});

test("tickets of a show are sorted by price and follow without a reload", async () => {
  const show = await people.putShow(seller, stack, { name: "Followed" });
  const at = (price: string, seat: string) =>
    people.putFor(seller, stack, show, { price, section: "Parkett", row: "2", seat });
  const sold = await at("30", "7");
  await at("20", "8");
  await at("1000", "9");
  const { page } = await people.visitor(browser, { viewport: { width: 390, height: 800 } });
  await page.goto(show);
  const seats = () => people.cards(page).getByRole("heading").allInnerTexts();
  const seat = (number: number) => `Parkett, row 2, seat ${number}`;
  assert.deepEqual(await seats(), [seat(8), seat(7), seat(9)]);
  await at("10", "6");
  await people.put(seller, stack, "For another thing");
  await page.getByRole("button", { name: "1 new ticket", exact: true }).waitFor();
  await people.buy(await people.join(browser, stack, "buyer"), sold);
  await people
    .cards(page)
    .filter({ hasText: seat(7) })
    .getByText("Reserved")
    .waitFor();
  await page.getByRole("button", { name: "1 new ticket", exact: true }).click();
  await people
    .cards(page)
    .filter({ hasText: seat(6) })
    .waitFor();
  assert.deepEqual(await seats(), [seat(6), seat(8), seat(9)]);
  await people
    .cards(page)
    .getByRole("link", { name: seat(8) })
    .click();
  await people.heading(page, "A seat").waitFor();
  await page.goBack();
  await people
    .cards(page)
    .filter({ hasText: seat(6) })
    .waitFor();
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without script";

  test(`its maker changes a show, postpones it and cancels it${how}`, async () => {
    const { page, context } = await people.join(browser, stack, "maker", { javaScriptEnabled });
    const startsAt = `${new Date().getFullYear() + 1}-07-01T17:30:00.000Z`;
    const name = `Changed ${javaScriptEnabled}`;
    const show = await people.putShow({ context }, stack, { name, startsAt });
    await page.goto(show);
    await page.getByRole("link", { name: "Change the show" }).click();
    assert.match(await page.getByLabel("Begins").inputValue(), /-07-01T19:30$/);
    await page.getByLabel("Name of the show").fill(`${name} again`);
    await page.getByLabel("Begins").fill(`${lastSunday(2)}T02:30`);
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.locator("#startsAt-error", { hasText: "skips this time" }).waitFor();
    assert.equal(await page.getByLabel("Name of the show").inputValue(), `${name} again`);
    await page.getByLabel("Begins").fill(`${lastSunday(9)}T02:30`);
    await page.getByText("It is postponed").click();
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.locator("#startsAt-error", { hasText: "twice" }).waitFor();
    await page.getByText("The second time (Warsaw time, GMT+1)").click();
    // Meanwhile it is changed in another window.
    await people.plan({ context }, show, "scheduled");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("was changed elsewhere").waitFor();
    await page.getByText("It is now:").waitFor();
    assert.equal(await page.getByLabel("Name of the show").inputValue(), `${name} again`);
    await page.getByRole("button", { name: "Save changes" }).click();
    await people.heading(page, `${name} again`).waitFor();
    await people.badge(page, "Postponed").waitFor();
    await page.getByText(/2:30\sAM \(Warsaw time, GMT\+1\)/).waitFor();
    if (javaScriptEnabled) {
      // Back is the form of the show as it is now: the one before would be refused as older.
      await page.goBack();
      await page.getByRole("button", { name: "Save changes" }).waitFor();
      assert.equal(await page.getByLabel("Name of the show").inputValue(), `${name} again`);
      await page.getByRole("button", { name: "Save changes" }).click();
      await people.badge(page, "Postponed").waitFor();
    }

    await page.getByRole("link", { name: "Change the show" }).click();
    await page.locator("summary", { hasText: "Cancel the show" }).click();
    await page.getByText("None has been sold so far").waitFor();
    await page.getByRole("button", { name: "Yes, cancel the show" }).click();
    await people.badge(page, "Cancelled").waitFor();
  });
}

test("only its maker changes a show and its picture, until a ticket of it is sold", async () => {
  const show = await people.putShow(seller, stack, { name: "Not yours" });
  const ticket = await people.putFor(seller, stack, show, { price: "20" });
  const { page, ...other } = await people.join(browser, stack, "other");
  await page.goto(show);
  await people.heading(page, "Not yours").waitFor();
  assert.equal(await page.getByRole("link", { name: "Change the show" }).count(), 0);
  for (const form of ["edit", "picture"]) {
    assert.equal((await page.goto(`${show}/${form}`))?.status(), 403);
    await page.getByText("Only the person who added this show may change it.").waitFor();
  }
  await people.buy({ page, ...other }, ticket);
  await people.pay({ page });
  await people.until("the sale is known", async () => {
    await seller.page.goto(`${show}/edit`);
    return (await seller.page.getByText("Tickets of this show were sold").count()) > 0;
  });
  await seller.page.goto(`${show}/picture`);
  await seller.page.getByText("Tickets of this show were sold").waitFor();
  await seller.page.getByRole("link", { name: "Back to the show" }).click();
  await people.heading(seller.page, "Not yours").waitFor();
  assert.equal(await seller.page.getByRole("link", { name: /picture|Change/ }).count(), 0);
});

/** Of March (2) or October (9) of next year, when the clocks of Europe are set. */
function lastSunday(month: number): string {
  const day = new Date(Date.UTC(new Date().getFullYear() + 1, month, 31));
  day.setUTCDate(31 - day.getUTCDay());
  return day.toISOString().slice(0, 10);
}

test("a show that is postponed, cancelled or over says so", async () => {
  const { page } = await people.visitor(browser, wide);
  const postponed = await people.putShow(seller, stack, { name: "Put off" });
  const cancelled = await people.putShow(seller, stack, { name: "Called off" });
  await people.putFor(seller, stack, cancelled, { price: "20" });
  await people.plan(seller, postponed, "postponed");
  await people.plan(seller, cancelled, "cancelled");
  await page.goto(postponed);
  await people.badge(page, "Postponed").waitFor();
  await page.getByText("This show is postponed.").waitFor();
  await page.goto(cancelled);
  await people.badge(page, "Cancelled").waitFor();
  await page.getByText("This show is cancelled.").waitFor();
  assert.equal(await people.cards(page).count(), 0);
  assert.equal(await page.getByRole("link", { name: "Sell a ticket" }).count(), 0);
  assert.match((await page.locator("meta[name=robots]").getAttribute("content")) ?? "", /noindex/);

  // Far enough for a slow machine to add it in time.
  const [startsAt, endsAt] = [10_000, 10_001].map((ms) => new Date(Date.now() + ms).toISOString());
  const over = await people.putShow(seller, stack, {
    name: "Short",
    startsAt: startsAt ?? "",
    endsAt: endsAt ?? "",
  });
  await people.until("the show is over", async () => {
    await page.waitForTimeout(1_000);
    await page.goto(over);
    return (await page.getByText("This show is over.").count()) === 1;
  });
});

test("search engines read a show as an event, and a name stays a name", async () => {
  const name = 'AC/DC </script><script>document.title="taken"</script> & more';
  const show = await people.putShow(seller, stack, { name });
  await people.putFor(seller, stack, show, { price: "20" });
  await people.putFor(seller, stack, show, { price: "35.5" });
  const { page } = await people.visitor(browser, wide);
  await page.goto(show);
  const said = JSON.parse((await page.locator("script[type*=ld]").textContent()) ?? "");
  assert.equal(said["@type"], "Event");
  assert.equal(said.name, name);
  assert.match(said.startDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00$/);
  assert.equal(said.eventStatus, "https://schema.org/EventScheduled");
  assert.equal(said.location.address.addressLocality, "Warszawa");
  const { lowPrice, highPrice, offerCount, priceCurrency, availability } = said.offers;
  assert.deepEqual(
    [said.offers["@type"], lowPrice, highPrice, offerCount, priceCurrency, availability],
    ["AggregateOffer", 20, 35.5, 2, "USD", "https://schema.org/InStock"],
  );
  const nonces = await page
    .locator("script")
    .evaluateAll((all) => all.map((script) => (script as HTMLScriptElement).nonce !== ""));
  assert.ok(nonces.every(Boolean), "a script without the nonce");
  assert.match(await page.title(), /^AC\/DC <\/script>.*, Warszawa · Admit$/);
  const of = (property: string) =>
    page.locator(`meta[property="${property}"]`).getAttribute("content");
  assert.equal(await of("og:url"), show);
  assert.match((await of("og:title")) ?? "", /^AC\/DC/);
  assert.match(
    (await page.locator("meta[name=description]").getAttribute("content")) ?? "",
    /Filharmonia, Warszawa\./,
  );
});

test("shows are found by the beginnings of words and by filters, page by page", async () => {
  const startsAt = farOff();
  const venue = { ...people.venues.sydney, city: "Łódź" };
  for (let index = 10; index < 36; index++)
    await people.putShow(seller, stack, { name: `Serie Nummer ${index}`, startsAt, venue });
  const { page } = await people.visitor(browser, { ...wide, javaScriptEnabled: false });
  await page.goto(`${stack.url}/shows`);
  await page.getByLabel("Show, venue or city").fill("serie numm");
  await page.getByText("Filters and order").click();
  await page.getByLabel("City").last().fill("lodz");
  await page.getByLabel("From").fill(startsAt.slice(0, 10));
  await page.getByLabel("Kind").selectOption("Concert");
  await page.getByRole("button", { name: "Search" }).click();
  await people.heading(page, "Shows for “serie numm” in lodz").waitFor();
  assert.equal(await shows(page).count(), 24);
  const seen = await shows(page).getByRole("heading").allInnerTexts();
  await page.getByRole("link", { name: "Later shows" }).click();
  await page.getByRole("link", { name: "Earlier shows" }).waitFor();
  seen.push(...(await shows(page).getByRole("heading").allInnerTexts()));
  assert.equal(new Set(seen).size, 26);
  await page.goBack();
  assert.equal(await shows(page).count(), 24);

  await page.getByLabel("Kind").selectOption("Comedy");
  await page.getByRole("button", { name: "Search" }).click();
  await people.heading(page, "No show found").waitFor();
  await page.getByText("Try it without the city and the dates and the kind").waitFor();
  await page.goBack();
  assert.equal(await page.getByLabel("Kind").inputValue(), "concert");
  await page.goForward();
  await people.heading(page, "No show found").waitFor();
  await page.getByLabel("Kind").selectOption("");
  await page.getByLabel("Highest price").fill("cheap");
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator("#maxPrice-error", { hasText: "Enter an amount" }).waitFor();
  await page.getByLabel("Highest price").fill("25");
  await page.getByRole("button", { name: "Search" }).click();
  await people.heading(page, "No show found").waitFor();
  await page.getByText("Try it without the city and the dates and the prices").waitFor();
  await page.getByRole("link", { name: "Search everywhere" }).click();
  await shows(page).first().waitFor();
  assert.equal(await shows(page).count(), 24);
  await page.goto(`${stack.url}/shows?city=Atlantis`);
  await page.getByText("Try it without the city. You can").waitFor();
  const answer = await page.goto(`${stack.url}/shows?from=yesterday`);
  assert.equal(answer?.status(), 404);
  await page.getByText("Enter a whole date.").waitFor();
});

test("the front page has the next shows, their cities and the other tickets", async () => {
  const soon = new Date(Date.now() + people.daysMs(1)).toISOString();
  await people.putShow(seller, stack, { name: "Tomorrow already", startsAt: soon });
  await people.put(seller, stack, "For no show");
  const { page } = await people.visitor(browser, wide);
  await people.keptPagesAreOver();
  await page.goto(stack.url);
  await people.heading(page, "Other tickets").waitFor();
  await people.cards(page).getByText("For no show").waitFor();
  assert.equal(await people.cards(page).getByText("A seat").count(), 0);
  await shows(page).getByText("Tomorrow already").waitFor();
  const cities = page.getByRole("navigation", { name: "Shows by city" });
  // All shows count, also those that are too late to be on this page.
  for (const index of [1, 2])
    await people.putShow(seller, stack, {
      name: `Next year ${index}`,
      startsAt: farOff(),
      venue: { ...people.venues.sydney, city: "Reykjavík" },
    });
  await people.keptPagesAreOver();
  await page.reload();
  await cities.getByRole("link", { name: "Reykjavík 2" }).waitFor();
  await cities.getByRole("link", { name: "Warszawa" }).click();
  await people.heading(page, "Shows in Warszawa").waitFor();
  await shows(page).getByText("Tomorrow already").waitFor();
});

test("the data of the front page takes two requests", async () => {
  const asked: string[] = [];
  const api = new URL(stack.apiUrl);
  const counting = createServer((incoming, answer) => {
    asked.push(incoming.url ?? "");
    const { method, headers, url: path } = incoming;
    const passed = request({ ...hostOf(api), method, headers, path }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => counting.listen(0, "127.0.0.1", resolve));
  const { port } = counting.address() as AddressInfo;
  const client = await startClient({ API_URL: `http://127.0.0.1:${port}` });
  try {
    assert.equal((await fetch(client.url)).status, 200);
    // Who is signed in is of every page; settings are kept for a minute.
    const data = asked.filter((path) => !/^\/api\/(settings|users\/currentuser)$/.test(path));
    assert.deepEqual(data.map((path) => path.split("?")[0]).sort(), [
      "/api/shows/upcoming",
      "/api/tickets",
    ]);
  } finally {
    await client.stop();
    counting.closeAllConnections();
    counting.close();
  }
});

const hostOf = ({ hostname, port }: URL) => ({ hostname, port });
