// The end of an account: a password, a link by mail, a button, and what is left for others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "./inspection.ts";
import { linkIn, readMails } from "./mails.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

const scripts = [
  { name: "with script", options: {} },
  { name: "without script", options: { javaScriptEnabled: false } },
  { name: "narrow", options: { viewport: { width: 390, height: 800 } } },
];
for (const { name, options } of scripts)
  test(`an owner deletes the account, ${name}`, async () => {
    const owner = await people.signUp(browser, stack, "leaves", options);
    const { page } = owner;
    await page.goto(`${stack.url}/account`);
    if (name === "narrow") await inspect(page);
    await page.getByLabel("Password of the account").fill("not the password");
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByText("This is not your present password.").waitFor();
    await page.getByLabel("Password of the account").fill(people.password);
    await page.getByRole("button", { name: "Delete my account" }).press("Enter");
    await page.getByText("Your account is deleted when you press the button").waitFor();

    const [mail] = await readMails(stack, owner.email, "Delete your account");
    const link = linkIn(mail ?? "", stack);
    // A program that scans mails opens links, perhaps several times.
    for (let i = 0; i < 2; i++) assert.equal((await fetch(link)).status, 200);
    await page.goto(link);
    if (name === "narrow") await inspect(page);
    await page.getByRole("button", { name: "Delete my account for good" }).press("Enter");
    await people.heading(page, "Your account is deleted").waitFor();
    await page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor();
    if (name === "narrow") await inspect(page);
    await readMails(stack, owner.email, "Your account is deleted");

    await page.goto(link);
    await page.getByRole("button", { name: "Delete my account for good" }).click();
    await page.getByText("This link is too old, or was used already.").waitFor();
    await page.goto(`${stack.url}/auth/signin`);
    await people.fillCredentials(page, owner.email);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("The e-mail address or the password is wrong.").waitFor();
  });
