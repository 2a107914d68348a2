// The calendar of a buyer: its secret address, and its file and that of a show as a calendar program
// reads them.
import assert from "node:assert/strict";
import { test } from "node:test";
import ICAL from "ical.js";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

/** The events of a calendar file. What RFC 5545 does not allow is refused. */
function eventsOf(file: string): ICAL.Event[] {
  const calendar = new ICAL.Component(ICAL.parse(file));
  assert.equal(calendar.name, "vcalendar");
  assert.equal(calendar.getFirstPropertyValue("version"), "2.0");
  assert.ok(calendar.getFirstPropertyValue("prodid"));
  const events = calendar.getAllSubcomponents("vevent");
  for (const event of events)
    for (const name of ["uid", "dtstamp"]) assert.equal(event.getAllProperties(name).length, 1);
  return events.map((event) => new ICAL.Event(event));
}

const readEvents = async (address: string) => {
  const answer = await fetch(address);
  assert.equal(answer.status, 200, address);
  return eventsOf(await answer.text());
};

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without script";

  test(`a buyer gives a calendar program the address of their shows, and ends it${how}`, async () => {
    const seller = await people.join(browser, stack, "seller");
    const buyer = await people.join(browser, stack, "buyer", { javaScriptEnabled });
    const name = `Żółć; a, b\\c 🎫 ${"and a very long name ".repeat(4)}${javaScriptEnabled}`;
    const startsAt = new Date(Date.now() + people.daysMs(40)).toISOString();
    const endsAt = new Date(Date.parse(startsAt) + 7_200_000).toISOString();
    const show = await people.putShow(seller, stack, { name, startsAt, endsAt });
    await people.buy(buyer, await people.putFor(seller, stack, show, { price: "20" }));
    await people.pay(buyer);
    await people.heading(buyer.page, "It’s yours").waitFor();

    const { page } = buyer;
    await page.goto(`${stack.url}/orders`);
    await page.getByRole("link", { name: "Your shows in your calendar" }).click();
    await page.getByRole("button", { name: "Make the address" }).click();
    const field = page.getByLabel("The address of your calendar");
    await field.waitFor();
    const address = await field.inputValue();
    assert.ok(address.startsWith(`${stack.url}/api/orders/calendar.ics?key=`), address);
    const [event, ...others] = await readEvents(address);
    assert.equal(others.length, 0);
    assert.equal(event?.uid, show.split("/").at(-1));
    assert.equal(event.summary, name.trim());
    assert.equal(event.location, "Filharmonia, Warszawa, PL");
    assert.equal(event.description, "You have 1 ticket.");
    const seconds = (iso: string) => Math.floor(Date.parse(iso) / 1_000);
    assert.equal(event.startDate.toUnixTime(), seconds(startsAt));
    assert.equal(event.endDate.toUnixTime(), seconds(endsAt));

    await page.getByRole("button", { name: "Make another address" }).click();
    await page.locator(`input[name="address"]:not([value="${address}"])`).waitFor();
    const another = await field.inputValue();
    assert.equal((await fetch(address)).status, 404, "the address before has ended");
    assert.equal((await readEvents(another)).length, 1);
    await page.goto(`${stack.url}/orders/calendar`);
    await page.getByText("Your calendar has an address since").waitFor();
    assert.equal(await field.count(), 0, "it is shown once");
    await page.getByText("End the address").click();
    await page.getByRole("button", { name: "Yes, end it" }).click();
    await page.getByRole("button", { name: "Make the address" }).waitFor();
    assert.equal((await fetch(another)).status, 404);
  });
}

test("the file of a show says when it is, where, and whether it takes place", async () => {
  const maker = await people.join(browser, stack, "maker");
  const show = await people.putShow(maker, stack, { name: "In a file" });
  const read = async () => {
    const [event] = await readEvents(`${show.replace("/shows/", "/api/shows/")}.ics`);
    const value = (name: string) => event?.component.getFirstPropertyValue(name);
    return [event?.summary, value("status"), value("sequence")];
  };
  assert.deepEqual(await read(), ["In a file", "CONFIRMED", 0]);
  await people.plan(maker, show, "postponed");
  assert.deepEqual(await read(), ["In a file", "TENTATIVE", 1]);
  await people.plan(maker, show, "cancelled");
  assert.deepEqual(await read(), ["In a file", "CANCELLED", 2]);
});
