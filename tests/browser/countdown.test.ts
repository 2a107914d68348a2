// The page never shows more time to pay than there is, in any state of the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Page } from "playwright-core";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

/** Runs in the page from the start: records every time that is shown, and when. */
function noteTimes() {
  const shown: Shown[] = [];
  Object.assign(window, { shown });
  const note = () => {
    const text = document.querySelector(".countdown-clock")?.textContent ?? "";
    if (text && text !== shown.at(-1)?.text)
      shown.push({ text, at: performance.timeOrigin + performance.now() });
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}

const secondsOf = (text: string) => {
  const [minutes, seconds] = text.split(":").map(Number);
  return (minutes ?? 0) * 60 + (seconds ?? 0);
};

async function order(name: string) {
  const person = await people.join(browser, stack, name);
  await person.context.addInitScript(noteTimes);
  const { page } = person;
  await page.goto(await people.put(person, stack, `Timed ${name}`, "10"));
  await page.getByRole("button", { name: /^Buy for/ }).click();
  await page.locator(".countdown-clock").waitFor();
  const id = page.url().split("/").at(-1);
  const answer = await page.request.get(`${stack.url}/api/orders/${id}`);
  const { expiresAt } = (await answer.json()) as { expiresAt: string };
  return { ...person, end: Date.parse(expiresAt) };
}

/** For the way from the server: seconds on a busy machine. Pages are left alone for longer than that. */
const wayMs = 5_000;
const awayMs = wayMs + 4_000;
const isRight = (shown: Shown, end: number) =>
  secondsOf(shown.text) <= Math.ceil((end - shown.at + wayMs) / 1000);

type Shown = { text: string; at: number };
const shownOn = (page: Page) => page.evaluate(() => (window as never as { shown: Shown[] }).shown);

/** Until the clock of a page has gone on. */
async function tick(page: Page): Promise<void> {
  const clock = page.locator(".countdown-clock");
  const before = await clock.innerText();
  await people.until("the clock goes on", async () => (await clock.innerText()) !== before);
}

/** Of all that was shown. */
async function assertNeverTooMuch(page: Page, end: number): Promise<void> {
  const all = await shownOn(page);
  assert.ok(all.length > 1, "nothing was shown");
  for (const shown of all)
    assert.ok(isRight(shown, end), `${shown.text} when ${end - shown.at} ms were left`);
}

test("after Back, of the router and of the browser", async () => {
  const { page, end } = await order("back");
  await page.getByRole("link", { name: "Browse" }).click();
  await people.heading(page, "Tickets from people").waitFor();
  await page.waitForTimeout(awayMs);
  await page.goBack();
  await tick(page);
  await assertNeverTooMuch(page, end);
  // Away to another document, and back.
  await page.goto("about:blank");
  await page.waitForTimeout(awayMs);
  await page.goBack();
  await tick(page);
  await assertNeverTooMuch(page, end);
});

test("seen again without a connection, the page stays", async () => {
  const { page, context, end } = await order("offline");
  await context.setOffline(true);
  const lost = page.waitForEvent("requestfailed");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await lost;
  await tick(page);
  await people.heading(page, "Reserved for you").waitFor();
  await assertNeverTooMuch(page, end);
  await context.setOffline(false);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await people.pay({ page });
  await people.heading(page, "It’s yours").waitFor();
});

test("while the page's script loads slowly", async () => {
  const { page, end } = await order("slow");
  await page.route("**/_next/static/**", async (route) => {
    await wait(awayMs);
    await route.continue();
  });
  await page.reload();
  await people.until("two ticks", async () => (await shownOn(page)).length > 2);
  // What came without script stands still; from when script runs it is right.
  for (const shown of (await shownOn(page)).slice(1)) assert.ok(isRight(shown, end), shown.text);
});

test("after sleep, and with a clock that is set back", async () => {
  const { page } = await order("sleep");
  const clock = page.locator(".countdown-clock");
  const left = async () => secondsOf(await clock.innerText());
  const moveWallClock = (ms: number) =>
    page.evaluate((by) => {
      const real = Date.now.bind(Date);
      Date.now = () => real() + by;
      // The machine resumes: timers continue, and only the wall clock has moved.
    }, ms);
  const before = await left();
  await moveWallClock(600_000);
  const hasSlept = async () => (await left()) <= before - 600;
  await people.until("ten minutes of sleep have passed", hasSlept);
  const awake = await left();
  await moveWallClock(-3_600_000);
  await tick(page);
  assert.ok((await left()) <= before, "never more than at the beginning");
  assert.ok(awake < before);
});

test("at once when a hidden page is seen again", async () => {
  const { page, end } = await order("hidden");
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.waitForTimeout(awayMs);
  const asked = page.waitForRequest(/_rsc=/);
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: false, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  // The server is asked for the time.
  await asked;
  await tick(page);
  await assertNeverTooMuch(page, end);
});
