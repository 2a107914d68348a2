// Whose an address is: a link by mail, a button, and what the pages say afterwards.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "./inspection.ts";
import { linkIn, readMails } from "./mails.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";
import { type Stack, startStack } from "./stack.ts";

const subject = "Confirm your address";
const notConfirmed = "Your address is not confirmed yet.";
const confirmed = "Your address is confirmed.";

async function askForLink({ page, email }: people.Person): Promise<string> {
  await page.goto(`${stack.url}/account`);
  await page.getByText(notConfirmed).waitFor();
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page.getByText("A link is on its way to your address.").waitFor();
  const [mail] = await readMails(stack, email, subject);
  return linkIn(mail ?? "", stack);
}

const scripts = [
  { name: "with script", options: {} },
  { name: "without script", options: { javaScriptEnabled: false } },
  { name: "narrow", options: { viewport: { width: 390, height: 800 } } },
];
for (const { name, options } of scripts)
  test(`an owner confirms an address by a mailed link, ${name}`, async () => {
    const owner = await people.signUp(browser, stack, "confirms", options);
    const { page } = owner;
    const link = await askForLink(owner);
    if (name === "narrow") await inspect(page);

    // A program that scans mails opens links, perhaps several times.
    for (let i = 0; i < 2; i++) assert.equal((await fetch(link)).status, 200);
    await page.goto(`${stack.url}/account`);
    await page.getByText(notConfirmed).waitFor();
    await page.goto(link);
    if (name === "narrow") await inspect(page);
    await page.getByRole("button", { name: "Confirm my address" }).focus();
    await page.keyboard.press("Enter");
    await people.heading(page, "The address is confirmed").waitFor();

    // At once, in this browser.
    await page.getByRole("main").getByRole("link", { name: "My account" }).click();
    await page.getByText(confirmed).waitFor();
    assert.equal(await page.getByRole("button", { name: "Send me a link" }).count(), 0);
    if (name === "narrow") await inspect(page);
    // The link is used up.
    await page.goto(link);
    await page.getByRole("button", { name: "Confirm my address" }).click();
    await page.getByText("This link is too old, or was used already.").waitFor();
  });

test("a mail that is opened elsewhere confirms the address, too", async () => {
  const owner = await people.signUp(browser, stack, "elsewhere");
  const { page } = owner;
  const link = await askForLink(owner);
  const phone = await people.visitor(browser);
  await phone.page.goto(link);
  await phone.page.getByRole("button", { name: "Confirm my address" }).click();
  await people.heading(phone.page, "The address is confirmed").waitFor();

  // This browser learns of it with its next access token, or when its owner asks again.
  await page.goto(`${stack.url}/account`);
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page.getByText(confirmed).first().waitFor();
  assert.equal(await page.getByText(notConfirmed).count(), 0);
  assert.equal((await readMails(stack, owner.email, subject)).length, 1);
});

test("a link confirms its own account's address, whose browser ever opens it", async () => {
  const link = await askForLink(await people.signUp(browser, stack, "owner"));
  const { page } = await people.signUp(browser, stack, "another");
  await page.goto(link);
  assert.equal(await page.getByText(/your address/i).count(), 0);
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await people.heading(page, "The address is confirmed").waitFor();
  assert.equal(await page.getByText(/your address/i).count(), 0);
  await page.goto(`${stack.url}/account`);
  await page.getByText(notConfirmed).waitFor();
});

test("a link that was cut off says so", async () => {
  const { page } = await people.visitor(browser);
  await page.goto(`${stack.url}/verify`);
  await page.getByText("The link in your mail is longer than this.").waitFor();
});

test("where it is required, who has not confirmed an address browses and can neither sell nor buy", async () => {
  const strict = await startStack({ apiEnvironment: { VERIFY_EMAIL: "required" } });
  try {
    const seller = await people.signUp(browser, strict, "strict-seller");
    const buyer = await people.signUp(browser, strict, "strict-buyer");
    await seller.page.goto(`${strict.url}/tickets/new`);
    await seller.page.getByLabel("What is it for?").fill("Front row");
    await seller.page.getByLabel("Price").fill("20");
    await seller.page.getByRole("button", { name: "List ticket" }).click();
    await seller.page.getByText("Confirm your e-mail address first").waitFor();
    await inspect(seller.page);
    await seller.page.getByRole("link", { name: "Go to my account" }).click();
    await seller.page.getByText(notConfirmed).waitFor();
    await confirm(strict, seller);
    const ticket = await people.sell(seller, strict, "Front row", "20");

    await buyer.page.goto(ticket);
    await buyer.page.getByRole("button", { name: /^Buy for/ }).click();
    await buyer.page.getByText("Confirm your e-mail address first").waitFor();
    await confirm(strict, buyer);
    await people.buy(buyer, ticket);
    await people.pay(buyer);
    await people.heading(buyer.page, "It’s yours").waitFor();
  } finally {
    await people.leave(browser, strict);
    await strict.stop();
  }
});

/** By the link that was mailed at sign-up. */
async function confirm(shop: Stack, { page, email }: people.Person): Promise<void> {
  const [mail] = await readMails(shop, email, subject);
  await page.goto(linkIn(mail ?? "", shop));
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await people.heading(page, "The address is confirmed").waitFor();
}

for (const { name, options } of scripts)
  test(`an owner changes the address, ${name}`, async () => {
    const owner = await people.signUp(browser, stack, "moves", options);
    const { page } = owner;
    const next = `next-${owner.email}`;
    await page.goto(`${stack.url}/account`);
    await page.getByLabel("New address").fill(next);
    await page.getByLabel("Your password").fill("not the password");
    await page.getByRole("button", { name: "Change address" }).click();
    await page.getByText("This is not your present password.").waitFor();
    assert.equal(await page.getByLabel("New address").inputValue(), next);
    await page.getByLabel("Your password").fill(people.password);
    await page.getByRole("button", { name: "Change address" }).click();
    await page.getByText("A link is on its way to the new address.").waitFor();
    if (name === "narrow") await inspect(page);

    const [mail] = await readMails(stack, next, "Use this address for your account");
    await readMails(stack, owner.email, "Another address was asked for");
    await page.goto(linkIn(mail ?? "", stack));
    await page.getByRole("button", { name: "Confirm my address" }).click();
    await people.heading(page, "The address is confirmed").waitFor();
    await page.getByRole("main").getByRole("link", { name: "My account" }).click();
    await page.getByRole("main").getByText(next).waitFor();
    await page.getByText(confirmed).waitFor();
    await readMails(stack, owner.email, "Your account has another address");
  });
