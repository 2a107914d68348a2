// A page that is older than the shop: it calls an action that this release does not have.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

const older = /This page was older than the shop/;
/** As an action of another release is called: the first byte, which says what it takes, stays. */
const another = (id: string) => id.slice(0, 2) + "0".repeat(40);

async function fill(page: Page) {
  await page.goto(`${stack.url}/tickets/new`);
  await page.getByLabel("What is it for?").fill("Older than the shop");
  await page.getByLabel("Price").fill("12.25");
}

async function isKeptAndWorks(page: Page) {
  await page.getByText(older).waitFor();
  assert.equal(await page.getByLabel("What is it for?").inputValue(), "Older than the shop");
  assert.equal(await page.getByLabel("Price").inputValue(), "12.25");
  await page.getByRole("button", { name: "List ticket" }).click();
  await people.heading(page, "Older than the shop").waitFor();
}

for (const width of [390, 1280])
  test(`an older page is loaded again with what was typed, ${width} wide`, async () => {
    const { page } = await people.join(browser, stack, "older", {
      viewport: { width, height: 800 },
    });
    await fill(page);
    await page.evaluate(() => Object.assign(window, { untouched: true }));
    let changed = false;
    await page.route("**/tickets/new*", async (route) => {
      const action = route.request().headers()["next-action"];
      if (!action || changed) return route.continue();
      changed = true;
      return route.continue({
        headers: { ...route.request().headers(), "next-action": another(action) },
      });
    });
    await page.getByRole("button", { name: "List ticket" }).click();
    await page.getByText(older).waitFor();
    assert.equal(await page.evaluate(() => "untouched" in window), false, "really loaded again");
    await inspect(page);
    await isKeptAndWorks(page);
  });

test("an older page without script is loaded again with what was typed", async () => {
  const { page } = await people.join(browser, stack, "plain", { javaScriptEnabled: false });
  await fill(page);
  let changed = false;
  await page.route("**/tickets/new*", async (route) => {
    const body = route.request().postData();
    if (!body || changed) return route.continue();
    changed = true;
    return route.continue({
      postData: body.replace(/"id":"([0-9a-f]{42})"/, (_, id) => `"id":"${another(id)}"`),
    });
  });
  await page.getByRole("button", { name: "List ticket" }).click();
  await isKeptAndWorks(page);
});
