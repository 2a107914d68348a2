import assert from "node:assert/strict";
import { test } from "node:test";
import type { BrowserContext } from "playwright-core";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";
import { startStack } from "./stack.ts";

const cookieOf = async (context: BrowserContext, name: string) =>
  (await context.cookies()).find((cookie) => cookie.name === name);

const header = async (context: BrowserContext) =>
  (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");

test("the first HTML already contains the user", async () => {
  const { context, email } = await people.join(browser, stack, "known");
  const answer = await fetch(stack.url, { headers: { cookie: await header(context) } });
  assert.match(await answer.text(), new RegExp(email));
  assert.doesNotMatch(await (await fetch(stack.url)).text(), new RegExp(email));
});

test("cookies of a session are out of reach of scripts", async () => {
  const { context } = await people.join(browser, stack, "httponly");
  for (const name of ["session", "refresh", "device"]) {
    const cookie = await cookieOf(context, name);
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite, cookie?.path], [true, "Lax", "/"]);
  }
});

test("without an access token the same response is signed in and renews both cookies", async () => {
  const { context, page, email } = await people.join(browser, stack, "renewed");
  const before = await cookieOf(context, "refresh");
  await context.clearCookies({ name: "session" });
  const answer = await fetch(stack.url, { headers: { cookie: `refresh=${before?.value}` } });
  assert.match(await answer.text(), new RegExp(email));
  const set = answer.headers.getSetCookie().map((line) => line.split("=", 1)[0]);
  assert.deepEqual(set.sort(), ["refresh", "session"]);

  // The browser comes with the parent token a moment later, as a second tab would.
  await page.goto(`${stack.url}/orders`);
  await people.heading(page, "My orders").waitFor();
  assert.notEqual((await cookieOf(context, "refresh"))?.value, before?.value);
  assert.ok(await cookieOf(context, "session"));
});

test("an access token that is over renders as signed in, and both cookies come again", async () => {
  const { context, email } = await people.join(browser, stack, "over");
  const [head, payload = "", signature] = ((await cookieOf(context, "session"))?.value ?? "").split(
    ".",
  );
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  claims.exp = Math.floor(Date.now() / 1000) - 1;
  const aged = Buffer.from(JSON.stringify(claims)).toString("base64url");
  const refresh = (await cookieOf(context, "refresh"))?.value;
  const cookie = `session=${head}.${aged}.${signature}; refresh=${refresh}`;
  const answer = await fetch(stack.url, { headers: { cookie } });
  assert.match(await answer.text(), new RegExp(email));
  const set = answer.headers.getSetCookie();
  assert.deepEqual(set.map((line) => line.split("=", 1)[0]).sort(), ["refresh", "session"]);
  // The new cookies are valid.
  const renewed = set.map((line) => line.split(";", 1)[0]).join("; ");
  const next = await fetch(stack.url, { headers: { cookie: renewed } });
  assert.match(await next.text(), new RegExp(email));
  assert.deepEqual(next.headers.getSetCookie(), []);
});

test("two tabs that renew at once both stay signed in", async () => {
  const { context, email } = await people.join(browser, stack, "tabs");
  await context.clearCookies({ name: "session" });
  const tabs = [await context.newPage(), await context.newPage()].map((tab) => people.listen(tab));
  await Promise.all(tabs.map((tab) => tab.goto(stack.url)));
  for (const tab of tabs) await tab.getByText(email).waitFor();
  await context.clearCookies({ name: "session" });
  await Promise.all(tabs.map((tab) => tab.goto(`${stack.url}/orders`)));
  for (const tab of tabs) await people.heading(tab, "My orders").waitFor();
});

test("a form sent after the access token is over still counts", async () => {
  const person = await people.join(browser, stack, "late");
  const { context, page } = person;
  await page.goto(`${stack.url}/tickets/new`);
  await page.getByLabel("What is it for?").fill("Written slowly");
  await page.getByLabel("Price").fill("9");
  await context.clearCookies({ name: "session" });
  await page.getByRole("button", { name: "List ticket" }).click();
  await people.heading(page, "Written slowly").waitFor();
});

test("an invalid refresh token is removed", async () => {
  const { context, page } = await people.visitor(browser);
  await context.addCookies([{ name: "refresh", value: "forged", url: stack.url }]);
  await page.goto(stack.url);
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  assert.equal(await cookieOf(context, "refresh"), undefined);
});

test("signing out ends the session, here and for a copy of the cookies", async () => {
  const { context, page, email } = await people.join(browser, stack, "leaver");
  const refresh = (await cookieOf(context, "refresh"))?.value;
  await page.goto(`${stack.url}/auth/signout`);
  await page.getByRole("button", { name: "Sign out now" }).click();
  await people.heading(page, "You are signed out").waitFor();
  assert.deepEqual(
    (await context.cookies()).map(({ name }) => name),
    ["device"],
  );
  await page.goto(stack.url);
  assert.equal(await page.getByText(email).count(), 0);
  const copy = await fetch(stack.url, { headers: { cookie: `refresh=${refresh}` } });
  assert.doesNotMatch(await copy.text(), new RegExp(email));
});

test("a user who must sign in first returns to the requested page", async () => {
  const { email } = await people.join(browser, stack, "returner");
  const { page } = await people.visitor(browser);
  await page.goto(`${stack.url}/orders`);
  await page.waitForURL(/\/auth\/signin/);
  await people.fillCredentials(page, email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${stack.url}/orders`);
});

test("a wrong password and an unknown address get the same answer", async () => {
  const { email } = await people.join(browser, stack, "forgetful");
  const said: string[] = [];
  for (const address of [email, people.newEmail("unknown")]) {
    const { page } = await people.visitor(browser);
    await page.goto(`${stack.url}/auth/signin`);
    await page.getByLabel("E-mail").fill(address);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    const alert = page.locator("main").getByRole("alert");
    await alert.waitFor();
    said.push(await alert.innerText());
    assert.equal(await page.getByLabel("E-mail").inputValue(), address);
  }
  assert.equal(said[0], said[1]);
});

test("over HTTPS the cookies are bound to the host, and renewed and cleared by that name", async () => {
  const secure = await startStack({ apiEnvironment: { COOKIE_SECURE: "1" } });
  try {
    const { context, page, email } = await people.join(browser, secure, "secure");
    const names = async () => (await context.cookies()).map(({ name }) => name).sort();
    assert.deepEqual(await names(), ["__Host-device", "__Host-refresh", "__Host-session"]);
    await context.clearCookies({ name: "__Host-session" });
    await page.goto(`${secure.url}/orders`);
    await page.getByText(email).waitFor();
    assert.deepEqual(await names(), ["__Host-device", "__Host-refresh", "__Host-session"]);
    await page.getByRole("button", { name: "Sign out" }).click();
    await people.heading(page, "You are signed out").waitFor();
    assert.deepEqual(await names(), ["__Host-device"]);
  } finally {
    await people.leave(browser, secure);
    await secure.stop();
  }
});
