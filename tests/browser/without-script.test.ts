import assert from "node:assert/strict";
import { test } from "node:test";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

const options = { javaScriptEnabled: false };

test("browse, sign in, list, order and pay with JavaScript switched off", async () => {
  const { page, email, context } = await people.signUp(browser, stack, "plain", options);
  await page.getByRole("button", { name: "Sign out" }).click();
  await people.heading(page, "You are signed out").waitFor();
  assert.deepEqual(
    (await context.cookies()).map(({ name }) => name),
    ["device"],
  );

  await page.goto(`${stack.url}/auth/signin`);
  await people.fillCredentials(page, email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText(email).first().waitFor();

  await people.sell({ page }, stack, "Paper ticket", "11");
  await page.getByRole("link", { name: "Browse" }).click();
  await page.getByRole("link", { name: "Paper ticket" }).click();
  await page.getByRole("button", { name: "Buy for $11.00" }).click();
  await people.heading(page, "Reserved for you").waitFor();
  await page.getByText(/^Pay by .* UTC$/).waitFor();
  assert.equal(await page.locator(".countdown").isVisible(), false, "a clock that stands still");
  await people.pay({ page }, "Declined Visa");
  assert.match(await page.locator("main").getByRole("alert").innerText(), /declined/i);
  await people.pay({ page });
  await people.heading(page, "It’s yours").waitFor();
});

test("complaints stand beside their fields with JavaScript switched off", async () => {
  const { page } = await people.visitor(browser, options);
  await page.goto(`${stack.url}/auth/signup`);
  await page.getByLabel("E-mail").fill("not an address");
  await page.getByLabel("Password").fill(people.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.locator("#email-error").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "not an address");
  assert.equal(await page.getByLabel("Password").inputValue(), "");
});

test("a second press of Buy before script has loaded is the same order", async () => {
  const person = await people.join(browser, stack, "second-press", options);
  const ticket = await people.sell(person, stack, "Pressed twice", "11");
  await person.page.goto(ticket);
  await person.page.getByRole("button", { name: /^Buy for/ }).dblclick();
  await people.heading(person.page, "Reserved for you").waitFor();
  await person.page.goto(`${stack.url}/orders`);
  assert.equal(await person.page.getByRole("listitem").count(), 1);
});

test("what is not there says so with its status", async () => {
  const { page } = await people.visitor(browser, options);
  const missing = ["/nope", "/tickets/nope", "/tickets/01939f41-1f6b-7a3c-b7d5-9e8f7a6b5c03"];
  for (const path of missing) {
    const answer = await page.goto(stack.url + path);
    assert.equal(answer?.status(), 404, path);
    await people.heading(page, /^There is no such/).waitFor();
  }
});
