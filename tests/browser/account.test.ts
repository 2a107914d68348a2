// Who is signed in: the header, the reason to sign in, and the kept input.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";
import { startStack } from "./stack.ts";

const banner = (page: Page) => page.getByRole("banner");

test("the header follows other tabs, in both directions", async () => {
  const { context, page, email } = await people.signUp(browser, stack, "tabs");
  const other = people.listen(await context.newPage());
  await other.goto(stack.url);
  await banner(other).getByText(email).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await people.heading(page, "You are signed out").waitFor();
  await banner(other).getByRole("link", { name: "Sign in" }).waitFor();

  await page.goto(`${stack.url}/auth/signin`);
  await people.fillCredentials(page, email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await banner(page).getByText(email).waitFor();
  await banner(other).getByText(email).waitFor();
});

test("the header is right after a link, after Back and when a page is seen again", async () => {
  const { context, page, email } = await people.signUp(browser, stack, "silent");
  // Signed out without script running anywhere: no tab says so.
  await context.request.post(`${stack.url}/api/users/signout`, {
    headers: { "sec-fetch-site": "same-origin" },
  });
  await context.clearCookies();
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await banner(page).getByRole("link", { name: "Sign in" }).waitFor();
  await page.goto(`${stack.url}/auth/signin`);
  await people.fillCredentials(page, email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await banner(page).getByText(email).waitFor();
  await context.clearCookies();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Sell" }).click();
  await banner(page).getByRole("link", { name: "Sign in" }).waitFor();
  assert.match(page.url(), /signin/);
  await page.goBack();
  await banner(page).getByRole("link", { name: "Sign in" }).waitFor();
  assert.equal(await banner(page).getByText(email).count(), 0);
});

const scripts = [
  { name: "with script", options: {} },
  { name: "without script", options: { javaScriptEnabled: false } },
  { name: "narrow", options: { viewport: { width: 390, height: 800 } } },
];
for (const { name, options } of scripts)
  test(`what was typed survives signing in again, ${name}`, async () => {
    const { context, page, email } = await people.signUp(browser, stack, "typed", options);
    await page.goto(`${stack.url}/tickets/new`);
    await page.getByLabel("What is it for?").fill("Łódź; row 4 = 50 % off");
    await page.getByLabel("Price").fill("17.50");
    await context.clearCookies();
    await page.getByRole("button", { name: "List ticket" }).click();
    await page.getByText("You were signed out. Sign in again: what you typed is kept.").waitFor();
    if (name === "narrow") await inspect(page);
    await people.fillCredentials(page, email);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("What you typed is still here").waitFor();
    assert.equal(await page.getByLabel("What is it for?").inputValue(), "Łódź; row 4 = 50 % off");
    assert.equal(await page.getByLabel("Price").inputValue(), "17.50");
    if (name === "narrow") await inspect(page);
    await page.getByRole("button", { name: "List ticket" }).click();
    await people.heading(page, "Łódź; row 4 = 50 % off").waitFor();
    // It is kept for one use.
    await page.goto(`${stack.url}/tickets/new`);
    assert.equal(await page.getByLabel("What is it for?").inputValue(), "");
    assert.equal(await page.getByText("What you typed is still here").count(), 0);
  });

test("a form that another tab signs out of its page comes back with what was typed", async () => {
  const { context, page, email } = await people.signUp(browser, stack, "other-tab");
  await page.goto(`${stack.url}/tickets/new`);
  await page.getByLabel("What is it for?").fill("Half a title");
  const other = people.listen(await context.newPage());
  await other.goto(stack.url);
  await other.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/auth\/signin/);
  await people.fillCredentials(page, email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await people.heading(page, "Sell a ticket").waitFor();
  assert.equal(await page.getByLabel("What is it for?").inputValue(), "Half a title");
});

test("a form that was not touched keeps nothing when the session changes", async () => {
  const { context, page } = await people.join(browser, stack, "untouched");
  await page.goto(`${stack.url}/tickets/new`);
  await page.evaluate(() => window.dispatchEvent(new Event("ticketing:session-change")));
  const names = (await context.cookies()).map(({ name }) => name);
  assert.ok(!names.includes("kept"), names.join());
});

test("no cookie ever holds a password", async () => {
  const { context, page } = await people.visitor(browser);
  await page.goto(`${stack.url}/auth/signup`);
  await page.getByLabel("E-mail").fill("visitor@example.com");
  await page.getByLabel("Password").fill("a secret of mine");
  await page.evaluate(() => window.dispatchEvent(new Event("ticketing:session-change")));
  const [kept] = await context.cookies();
  assert.match(decodeURIComponent(kept?.value ?? ""), /visitor@example\.com/);
  assert.doesNotMatch(decodeURIComponent(kept?.value ?? ""), /secret/);
});

test("the sign-in page gives the reason", async () => {
  const seller = await people.signUp(browser, stack, "seller");
  const ticket = await people.put(seller, stack, "Wanted", "10");
  const order = await people.buy(await people.signUp(browser, stack, "buyer"), ticket);
  const free = await people.put(seller, stack, "Free", "10");
  const { page } = await people.visitor(browser);
  const reasons = [
    [`${stack.url}/tickets/new`, "Sign in to sell a ticket."],
    [`${stack.url}/orders`, "Sign in to see your orders."],
    [order, "Sign in to see this order."],
    [`${free}/edit`, "Sign in to change this ticket."],
  ] as const;
  for (const [address, reason] of reasons) {
    await page.goto(address);
    await page.getByText(reason).waitFor();
  }
  await page.goto(free);
  await page.getByRole("link", { name: "Sign in to buy" }).click();
  await page.getByText("Sign in to buy this ticket.").waitFor();
  await inspect(page);
});

test("while the API is away the header does not show the user as signed out", async () => {
  const own = await startStack({ own: true });
  try {
    const { context, page, email } = await people.signUp(browser, own, "away");
    await own.stopApi();
    const cookies = await context.cookies();
    await page.goto(own.clientUrl);
    await people.heading(page, "We cannot reach our service").waitFor();
    await banner(page).getByText("Your account cannot be reached").waitFor();
    assert.equal(
      await banner(page)
        .getByRole("link", { name: /^Sign (in|up)$/ })
        .count(),
      0,
    );
    assert.equal(await banner(page).getByText(email).count(), 0);
    await inspect(page);
    assert.deepEqual(await context.cookies(), cookies, "the session is still there");
  } finally {
    await people.leave(browser, own);
    await own.stop();
  }
});
