// An owner takes an account back whose address a thief has changed: by the link in the mail about it.
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
  test(`an owner takes the account back, ${name}`, async () => {
    const { page: thief, email } = await people.signUp(browser, stack, "robbed", options);
    const other = `thief-${email}`;
    await thief.goto(`${stack.url}/account`);
    await thief.getByLabel("New address").fill(other);
    await thief.getByLabel("Your password").fill(people.password);
    await thief.getByRole("button", { name: "Change address" }).click();
    await thief.getByText("A link is on its way to the new address.").waitFor();
    const [toThief] = await readMails(stack, other, "Use this address for your account");
    await thief.goto(linkIn(toThief ?? "", stack));
    await thief.getByRole("button", { name: "Confirm my address" }).click();
    await people.heading(thief, "The address is confirmed").waitFor();

    const [mail] = await readMails(stack, email, "Your account has another address");
    const link = linkIn(mail ?? "", stack);
    // A program that scans mails opens links, perhaps several times.
    for (let i = 0; i < 2; i++) assert.equal((await fetch(link)).status, 200);
    const { page } = await people.visitor(browser, options);
    await page.goto(link);
    if (name === "narrow") await inspect(page);
    await page.getByLabel("New password").fill("x");
    await page.getByRole("button", { name: "Take my account back" }).click();
    await page.getByText("Use at least 6 characters.").waitFor();
    await page.getByLabel("New password").fill("a longer horse battery");
    await page.getByRole("button", { name: "Take my account back" }).click();
    await page.getByText("The account is yours again.").waitFor();
    if (name === "narrow") await inspect(page);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("a longer horse battery");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`${stack.url}/`);

    // The thief's session ends with its access token, which is over here.
    await thief.context().clearCookies({ name: "session" });
    await thief.goto(`${stack.url}/orders`);
    await people.heading(thief, "Welcome back").waitFor();
    // The link is used up.
    await page.goto(link);
    await page.getByLabel("New password").fill("a third horse battery");
    await page.getByRole("button", { name: "Take my account back" }).click();
    await page.getByText("This link is too old, or was used already.").waitFor();
  });
