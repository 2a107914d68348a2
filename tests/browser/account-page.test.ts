// The page of an account: a new password, and where one is signed in.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

const scripts = [
  { name: "with script", options: {} },
  { name: "without script", options: { javaScriptEnabled: false } },
];

async function signInElsewhere(email: string, options: object): Promise<people.Person> {
  const elsewhere = await people.visitor(browser, options);
  await elsewhere.page.goto(`${stack.url}/auth/signin`);
  await people.fillCredentials(elsewhere.page, email);
  await elsewhere.page.getByRole("button", { name: "Sign in" }).click();
  await elsewhere.page.waitForURL(`${stack.url}/`);
  return { ...elsewhere, email };
}

/** The access token goes on for some minutes: without it the session has to be renewed. */
async function isSignedOut({ context, page }: people.Person): Promise<void> {
  await context.clearCookies({ name: "session" });
  await page.goto(`${stack.url}/account`);
  await people.heading(page, "Welcome back").waitFor();
}

for (const { name, options } of scripts) {
  test(`a new password ends the other sessions, ${name}`, async () => {
    const owner = await people.signUp(browser, stack, "password", options);
    const elsewhere = await signInElsewhere(owner.email, options);
    const { page } = owner;
    const sessions = page.getByRole("listitem").filter({ hasText: "Signed in" });
    await page.getByRole("banner").getByRole("link", { name: owner.email }).click();
    await people.heading(page, "My account").waitFor();
    await people.until("both sessions", async () => (await sessions.count()) === 2);

    await page.getByLabel("Present password").fill("not the password");
    await page.getByLabel("New password").fill("a longer horse battery");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("This is not your present password.").waitFor();
    await page.getByLabel("Present password").fill(people.password);
    await page.getByLabel("New password").fill("a longer horse battery");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("Your password is changed.").waitFor();
    await people.until("one session", async () => (await sessions.count()) === 1);
    await isSignedOut(elsewhere);

    const again = await people.visitor(browser, options);
    await again.page.goto(`${stack.url}/auth/signin`);
    await again.page.getByLabel("E-mail").fill(owner.email);
    await again.page.getByLabel("Password").fill("a longer horse battery");
    await again.page.getByRole("button", { name: "Sign in" }).click();
    await again.page.waitForURL(`${stack.url}/`);
  });

  test(`an owner signs out one session, then all others, ${name}`, async () => {
    const owner = await people.signUp(browser, stack, "owner", options);
    const android = "Mozilla/5.0 (Linux; Android 15) Chrome/142.0.0.0 Mobile Safari/537.36";
    const phone = await signInElsewhere(owner.email, { ...options, userAgent: android });
    const first = await signInElsewhere(owner.email, options);
    const second = await signInElsewhere(owner.email, options);
    const { page } = owner;
    await page.goto(`${stack.url}/account`);
    const onPhone = page.getByRole("listitem").filter({ hasText: "Chrome on Android" });
    assert.equal(await page.getByText("This browser", { exact: true }).count(), 1);
    await onPhone.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("The session has ended.").waitFor();
    await onPhone.waitFor({ state: "detached" });
    await isSignedOut(phone);

    await page.getByText("Sign out everywhere else").click();
    await page.getByRole("button", { name: "Yes, end all other sessions" }).click();
    await page.getByText("All your other sessions have ended.").waitFor();
    await isSignedOut(first);
    await isSignedOut(second);
    await page.reload();
    await people.heading(page, "My account").waitFor();
    // Axe waits by timers, which run only with script.
    if (name === "with script") await inspect(page);
  });
}

test("a new password can be set with the keyboard alone", async () => {
  const { page, email } = await people.signUp(browser, stack, "keys");
  await page.goto(`${stack.url}/account`);
  await page.getByRole("banner").getByRole("link", { name: email }).focus();
  const press = async (key: string, times: number) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  await press("Tab", 3); // Sign out, the link to confirm the address, then the first field
  await page.keyboard.type(people.password);
  await press("Tab", 1);
  await page.keyboard.type("a longer horse battery");
  await page.keyboard.press("Enter");
  await page.getByText("Your password is changed.").waitFor();
});

for (const { name, options } of scripts) {
  test(`an owner saves what is kept, ${name}`, async () => {
    const owner = await people.signUp(browser, stack, "export", options);
    const { page } = owner;
    await page.goto(`${stack.url}/account`);
    const saving = page.waitForEvent("download");
    await page.getByRole("link", { name: "Save my data" }).click();
    const saved = await saving;
    assert.equal(saved.suggestedFilename(), "my-account.json");
    const { services } = JSON.parse(readFileSync(await saved.path(), "utf8"));
    assert.equal(services.auth.users[0].email, owner.email);
    assert.ok(Object.keys(services).length > 5);
  });
}

test("a visitor who asks for the file signs in first", async () => {
  const { page } = await people.visitor(browser);
  await page.goto(`${stack.url}/account/export`);
  await people.heading(page, "Welcome back").waitFor();
});
