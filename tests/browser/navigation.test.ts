import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

test("a slow page has a placeholder meanwhile", async () => {
  const { page } = await people.signUp(browser, stack, "navigator");
  let arrive = () => {};
  const arrival = new Promise<void>((resolve) => (arrive = resolve));
  await page.route("**/orders?_rsc=*", async (route) => {
    await arrival;
    await route.continue();
  });
  await page.getByRole("link", { name: "Orders" }).click();
  await page.getByRole("status").filter({ hasText: "Loading" }).waitFor();
  assert.equal(await page.locator("main").getAttribute("aria-busy"), "true");
  await inspect(page);
  arrive();
  await people.heading(page, "My orders").waitFor();
  await page.locator("main[aria-busy=false]").waitFor();
});

test("back and forward show the pages as they are now", async () => {
  const person = await people.join(browser, stack, "wanderer");
  const { page } = person;
  const ticket = await people.put(person, stack, "There and back", "10");
  await page.goto(stack.url);
  await page.getByRole("link", { name: "There and back" }).click();
  await page.getByRole("button", { name: /^Buy for/ }).click();
  await people.heading(page, "Reserved for you").waitFor();
  await page.goBack();
  await page.getByRole("link", { name: "Go to your order" }).waitFor();
  assert.equal(page.url(), ticket);
});

test("a form that the network loses can be sent again", async () => {
  const person = await people.join(browser, stack, "tunnel");
  const { page } = person;
  await people.buy(person, await people.put(person, stack, "Tunnel", "10"));
  const attempts: string[] = [];
  let lost = false;
  await page.route("**/orders/*", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    attempts.push(
      route
        .request()
        .postData()
        ?.match(/attempt"\s+([0-9a-f-]{36})/)?.[1] ?? "none",
    );
    if (lost) return route.continue();
    lost = true;
    return route.abort("connectionreset");
  });
  await people.pay(person);
  await page.locator("main").getByRole("alert").waitFor();
  await inspect(page);
  await people.pay(person);
  await people.heading(page, "It’s yours").waitFor();
  assert.equal(attempts.length, 2);
  assert.ok(!attempts.includes("none"), "an attempt without a name");
  assert.equal(attempts[0], attempts[1], "the same payment, so that there is one charge");
});

test("prices and times are written for people", async () => {
  const { context, page } = await people.join(browser, stack, "reader", {
    timezoneId: "America/New_York",
  });
  await people.sell({ page }, stack, "Expensive", "1250");
  await page.getByText("$1,250.00").first().waitFor();
  const iso = (await page.locator("time").getAttribute("datetime")) ?? "";
  const expected = new Intl.DateTimeFormat("en-US", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "America/New_York",
  }).format(new Date(iso));
  // Script writes it in the reader's zone.
  const shown = page.locator("time");
  await people.until(expected, async () => (await shown.innerText()) === expected);
  await context.close();
});
