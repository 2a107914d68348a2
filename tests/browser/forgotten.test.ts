// A forgotten password: the mail, its link, a new password, and the end of the old sessions.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "./inspection.ts";
import { linkIn, mailsTo, readMails } from "./mails.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

const scripts = [
  { name: "with script", options: {} },
  { name: "without script", options: { javaScriptEnabled: false } },
  { name: "narrow", options: { viewport: { width: 390, height: 800 } } },
];
for (const { name, options } of scripts)
  test(`a new password by a mailed link, ${name}`, async () => {
    const owner = await people.signUp(browser, stack, "forgetful", options);
    const { page } = await people.visitor(browser, options);
    await page.goto(`${stack.url}/auth/signin`);
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await people.heading(page, "Forgot your password?").waitFor();
    await page.getByLabel("E-mail").fill(owner.email.toUpperCase());
    await page.getByRole("button", { name: "Send me a link" }).click();
    await people.heading(page, "Look into your mail").waitFor();
    const [mail] = await readMails(stack, owner.email, "Choose a new password");
    const link = linkIn(mail ?? "", stack);

    // A program that scans mails opens links, perhaps several times.
    for (let i = 0; i < 2; i++) assert.equal((await fetch(link)).status, 200);
    await page.goto(link);
    if (name === "narrow") await inspect(page);
    await page.getByLabel("New password").fill("x");
    await page.getByRole("button", { name: "Use this password" }).click();
    await page.getByText("Use at least 6 characters.").waitFor();
    await page.getByLabel("New password").fill("a longer horse battery");
    await page.getByRole("button", { name: "Use this password" }).click();
    await page.getByText("Your new password counts from now on.").waitFor();
    await page.getByLabel("E-mail").fill(owner.email);
    await page.getByLabel("Password").fill("a longer horse battery");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`${stack.url}/`);

    // The old session ends with its access token, which is over here.
    await owner.context.clearCookies({ name: "session" });
    await owner.page.goto(`${stack.url}/orders`);
    await people.heading(owner.page, "Welcome back").waitFor();
    const [news] = await readMails(stack, owner.email, "Your password was changed");
    assert.match(news ?? "", /If it was not you/);
    // The link is used up.
    await page.goto(link);
    await page.getByLabel("New password").fill("a third horse battery");
    await page.getByRole("button", { name: "Use this password" }).click();
    await page.getByText("This link is too old, or was used already.").waitFor();
  });

test("who has no account sees the same, and gets no mail", async () => {
  const { page } = await people.visitor(browser);
  const owner = await people.signUp(browser, stack, "known");
  for (const email of ["unknown-one@example.com", owner.email]) {
    await page.goto(`${stack.url}/forgot`);
    await page.getByLabel("E-mail").fill(email);
    await page.keyboard.press("Enter");
    await people.heading(page, "Look into your mail").waitFor();
  }
  // It was asked for later.
  await readMails(stack, owner.email, "Choose a new password");
  assert.deepEqual(mailsTo(stack, "unknown-one@example.com", ""), []);
});

test("a link that was cut off says so", async () => {
  const { page } = await people.visitor(browser);
  await page.goto(`${stack.url}/reset`);
  await page.getByText("The link in your mail is longer than this.").waitFor();
  await page.getByRole("link", { name: "Ask for another link" }).click();
  await people.heading(page, "Forgot your password?").waitFor();
});
