// Whose an address is: a link by mail, a button, and what the pages say afterwards.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "./inspection.ts";
import { linkIn, readMails } from "./mails.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

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
    await people.heading(page, "Your address is confirmed").waitFor();

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
  await people.heading(phone.page, "Your address is confirmed").waitFor();

  // This browser learns of it with its next access token, or when its owner asks again.
  await page.goto(`${stack.url}/account`);
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page.getByText(confirmed).first().waitFor();
  assert.equal(await page.getByText(notConfirmed).count(), 0);
  assert.equal((await readMails(stack, owner.email, subject)).length, 1);
});

test("a link that was cut off says so", async () => {
  const { page } = await people.visitor(browser);
  await page.goto(`${stack.url}/verify`);
  await page.getByText("The link in your mail is longer than this.").waitFor();
});
