// Without a connection the page that is open stays, says so, and goes on later.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

let stack: Stack;
let browser: Browser;
before(async () => {
  stack = await startStack({ own: true });
  browser = await people.openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  people.assertQuietConsoles();
});

for (const width of [390, 1280]) {
  const viewport = { width, height: 800 };

  test(`a link that is pressed or a search that is sent offline leaves the page, at ${width}`, async () => {
    const { context, page } = await people.join(browser, stack, "reader", { viewport });
    await people.put({ context }, stack, `Out of reach ${width}`);
    await page.goto(stack.url);
    const link = people.cards(page).first().getByRole("link");
    await link.waitFor();
    await context.setOffline(true);
    await link.click();
    const alert = page.locator("main").getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /You are offline/);
    const gap = await alert.evaluate(
      (said) =>
        (said.nextElementSibling?.getBoundingClientRect().top ?? 0) -
        said.getBoundingClientRect().bottom,
    );
    assert.ok(gap >= 8, `the page begins ${gap} px below`);
    await inspect(page);
    await page.setViewportSize(viewport);
    assert.equal(page.url(), `${stack.url}/`);
    await page.getByRole("link", { name: "Orders" }).click();
    assert.equal(page.url(), `${stack.url}/`);
    const search = page.getByLabel("Search for a show");
    await search.fill("opera");
    await page.getByRole("button", { name: "Search" }).click();
    assert.equal(page.url(), `${stack.url}/`);
    assert.equal(await search.inputValue(), "opera");
    await link.waitFor();
    await context.setOffline(false);
    await alert.waitFor({ state: "detached" });
    await link.click();
    await page.waitForURL(/\/tickets\//);
    await people.heading(page, `Out of reach ${width}`).waitFor();
  });

  test(`new tickets that are asked for offline come later, at ${width}`, async () => {
    const seller = await people.join(browser, stack, "seller");
    const { context, page } = await people.visitor(browser, { viewport });
    await page.goto(stack.url);
    await people.put(seller, stack, `Just listed ${width}`);
    const news = page.getByRole("button", { name: /new ticket/ });
    await news.waitFor();
    await context.setOffline(true);
    await news.click();
    const alert = page.locator("main").getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /You are offline/);
    await news.waitFor();
    await context.setOffline(false);
    await alert.waitFor({ state: "detached" });
    await news.click();
    await people
      .cards(page)
      .filter({ hasText: `Just listed ${width}` })
      .waitFor();
  });
}
