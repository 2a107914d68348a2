// Where the keyboard is after each step, and how large everything is that can be pressed.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

const widths = [390, 1280];
const sized = (width: number) => ({ viewport: { width, height: 800 } });

/** Waits, because the focus moves when the new page is there. */
async function focusIsOn(page: Page, words: string): Promise<void> {
  const text = () => (document.activeElement as HTMLElement | null)?.innerText.trim() ?? "";
  await people.until(`the focus on "${words}"`, async () => (await page.evaluate(text)) === words);
}

for (const width of widths)
  test(`the focus is on the heading or the news, ${width} wide`, async () => {
    const person = await people.join(browser, stack, "keyboard", sized(width));
    const { page } = person;
    await people.sell(person, stack, "Focus", "10");
    await page.getByRole("link", { name: "Browse" }).click();
    await focusIsOn(page, "Tickets from people who can’t make it");
    await page.getByRole("link", { name: "Focus" }).first().click();
    await focusIsOn(page, "Focus");
    await page.getByRole("button", { name: /^Buy for/ }).click();
    await focusIsOn(page, "Reserved for you");
    await people.pay(person);
    await focusIsOn(page, "It’s yours");
    await page.getByText("Return this ticket").click();
    await page.getByRole("button", { name: /^Return it/ }).click();
    await focusIsOn(page, "Your money is on its way back");
    await page.getByRole("link", { name: "Look at the ticket again" }).click();
    await focusIsOn(page, "Focus");
    await page.getByRole("button", { name: /^Buy for/ }).click();
    await focusIsOn(page, "Reserved for you");
    await people.cancel(person);
    await focusIsOn(page, "You cancelled this order");
    await page.goBack();
    await focusIsOn(page, "Focus");
  });

/** Runs in the page: what is smaller than a finger, apart from links in running text. */
function tooSmall(): string[] {
  const boxOf = (element: Element) => {
    if (element instanceof HTMLInputElement)
      return (
        element.closest("label") ??
        element.closest(".field-box") ??
        element
      ).getBoundingClientRect();
    // A link may be stretched over what it is on.
    const cover = getComputedStyle(element, "::after");
    const over = cover.position === "absolute" && cover.content !== "none";
    const box = (over && element.closest(".stub, .order-row, .show-card")) || element;
    return box.getBoundingClientRect();
  };
  const isInText = (element: Element) =>
    [...(element.parentElement?.childNodes ?? [])].some(
      (node) => node.nodeType === Node.TEXT_NODE && /\w/.test(node.nodeValue ?? ""),
    );
  return [...document.querySelectorAll("a, button, input, summary, select")]
    .filter((element) => element.getAttribute("type") !== "hidden")
    .filter((element) => element.checkVisibility() && !element.matches(".skip-link, [aria-hidden]"))
    .filter((element) => !(element.tagName === "A" && isInText(element)))
    .flatMap((element) => {
      const { width, height } = boxOf(element);
      const words =
        (element as HTMLElement).innerText || element.getAttribute("name") || element.tagName;
      return width < 44 || height < 44 ? [`${words}: ${width} × ${height}`] : [];
    });
}

for (const width of widths)
  test(`everything that can be pressed is at least 44 by 44 pixels, ${width} wide`, async () => {
    const person = await people.join(browser, stack, "finger", sized(width));
    const { page } = person;
    const found: Record<string, string[]> = {};
    const look = async (path?: string) => {
      if (path) await page.goto(path.startsWith("http") ? path : stack.url + path);
      const small = await page.evaluate(tooSmall);
      if (small.length > 0) found[page.url()] = small;
    };
    const ticket = await people.sell(person, stack, "T", "10");
    for (const path of ["/", "/?status=sold", "/orders", "/tickets/new", "/auth/signout", "/nope"])
      await look(path);
    await look(ticket);
    await look(`${ticket}/edit`);
    await people.buy(person, ticket);
    await page.locator("summary", { hasText: "Cancel order" }).click();
    await look();
    await look("/orders");
    await look(ticket);
    await page.getByRole("link", { name: "Go to your order" }).click();
    await people.pay(person);
    await people.heading(page, "It’s yours").waitFor();
    await page.getByText("Return this ticket").click();
    await look();
    await page.context().clearCookies();
    for (const path of ["/", "/auth/signin", "/auth/signup", "/auth/signout"]) await look(path);
    assert.deepEqual(found, {});
  });
