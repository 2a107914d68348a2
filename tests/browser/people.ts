// A browser, and people who use the product with it the way people do: through its pages.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { operatorToken, type Stack } from "./stack.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell";
export const password = "correct horse battery";

// Quiet: without these the browser looks for servers of its own at every start.
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// Cheap: every test opens new pages, which live for seconds. Compiling them to fast code and a process for each
// origin cost a fifth of the processor time of all tests.
const cheap = ["--js-flags=--no-opt,--no-flush-bytecode", "--disable-site-isolation-trials"];

export async function openBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) throw new Error(`no browser: ${executablePath} is missing`);
  return chromium.launch({ executablePath, args: [...quiet, ...cheap], timeout: 3 * patienceMs });
}

export type Person = { context: BrowserContext; page: Page; email: string };

let count = 0;
export const newEmail = (name: string) => `${name}-${process.pid}-${++count}@example.com`;

/** Errors in the consoles of pages; any that is left at the end is a failure. */
const complaints: string[] = [];

/** A refused or missing resource is also logged, but is the test's own business. */
const isExpected = (text: string) => text.startsWith("Failed to load resource");

/** How long is waited for what comes at once where nothing else runs. A busy machine takes many times as long. */
export const patienceMs = 60_000;

/** Looks again and again until something is the case. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = patienceMs,
): Promise<void> {
  for (const end = Date.now() + withinMs; !(await isSo()); await wait(50))
    assert.ok(Date.now() < end, `${what}: not within ${withinMs} ms`);
}

/** Runs in the page: whether React has taken over what came with the document, if it has anything to. */
const isTakenOver = () =>
  new Promise<boolean>((resolve) => {
    const look = () => {
      const main = document.querySelector("main");
      resolve(!main || Object.keys(main).some((key) => key.startsWith("__react")));
    };
    // By then what was just rendered has had its effects, too.
    requestIdleCallback(look, { timeout: 500 });
  });

/** What is pressed before a page's script runs is sent as without script, which has tests of its own:
 *  loading a page includes its script here. A page whose script takes longer is used as it is. */
function includeScript(page: Page): void {
  const limits = { polling: 50, timeout: patienceMs / 4 };
  const runs = () => page.waitForFunction(isTakenOver, undefined, limits).catch(() => undefined);
  const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
  page.goto = (...given) => goto(...given).then((answer) => runs().then(() => answer));
  page.reload = (...given) => reload(...given).then((answer) => runs().then(() => answer));
}

export function listen(page: Page, hasScript = true): Page {
  page.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message.text()))
      complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.context().setDefaultTimeout(patienceMs);
  if (hasScript) includeScript(page);
  return page;
}

export function assertQuietConsoles(): void {
  assert.deepEqual(complaints.splice(0), [], "pages logged errors");
}

export async function visitor(browser: Browser, options?: BrowserContextOptions) {
  const context = await browser.newContext(options);
  return { context, page: listen(await context.newPage(), options?.javaScriptEnabled) };
}

/** Closes the pages of a stack that is about to stop: one that is just being read would log an error. */
export async function leave(browser: Browser, { url, clientUrl }: Stack): Promise<void> {
  const isThere = (page: Page) => [url, clientUrl].includes(new URL(page.url()).origin);
  const contexts = browser.contexts().filter((context) => context.pages().some(isThere));
  await Promise.all(contexts.map((context) => context.close()));
}

/** Signs up a new user without the form, who has opened no page yet. */
export async function join(
  browser: Browser,
  { url }: Pick<Stack, "url">,
  name: string,
  options?: BrowserContextOptions,
): Promise<Person> {
  const { context, page } = await visitor(browser, options);
  const email = newEmail(name);
  const data = { email, password };
  const made = await context.request.post(`${url}/api/users/signup`, { data, headers: sameOrigin });
  assert.equal(made.status(), 201, await made.text());
  return { context, page, email };
}

/** Signs up a new user through the form. */
export async function signUp(
  browser: Browser,
  { url }: Pick<Stack, "url">,
  name: string,
  options?: BrowserContextOptions,
): Promise<Person> {
  const { context, page } = await visitor(browser, options);
  const email = newEmail(name);
  await page.goto(`${url}/auth/signup`);
  await fillCredentials(page, email);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(`${url}/`);
  return { context, page, email };
}

export async function fillCredentials(page: Page, email: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
}

/** Lists a ticket, through the form, and returns its address. */
export async function sell(
  { page }: Pick<Person, "page">,
  { url }: Stack,
  title: string,
  price: string,
): Promise<string> {
  await page.goto(`${url}/tickets/new`);
  await page.getByLabel("What is it for?").fill(title);
  await page.getByLabel("Price").fill(price);
  await page.getByRole("button", { name: "List ticket" }).click();
  await page.waitForURL(/\/tickets\/[0-9a-f-]{36}$/);
  return page.url();
}

/** Lists a ticket without its form, for tests that need many, and returns its address. */
export async function put(
  { context }: Pick<Person, "context">,
  { url }: Stack,
  title: string,
  price = "10",
): Promise<string> {
  const made = await context.request.post(`${url}/api/tickets`, {
    data: { title, price },
    headers: { "sec-fetch-site": "same-origin" },
  });
  assert.equal(made.status(), 201);
  return `${url}/tickets/${((await made.json()) as { id: string }).id}`;
}

/** Until tickets say this of one: the events of orders and payments come a moment later. */
export const ticketIs = (
  { context }: Pick<Person, "context">,
  ticket: string,
  status: "available" | "reserved" | "sold",
) =>
  until(`${ticket} is ${status}`, async () => {
    const answer = await context.request.get(ticket.replace("/tickets/", "/api/tickets/"));
    return ((await answer.json()) as { status: string }).status === status;
  });

type SeatedTicket = { price: string; section?: string; row?: string; seat?: string };

/** Lists a ticket for a show without its form, and returns its address. */
export async function putFor(
  { context }: Pick<Person, "context">,
  { url }: Pick<Stack, "url">,
  show: string,
  ticket: SeatedTicket,
): Promise<string> {
  const data = { title: "A seat", showId: show.split("/").at(-1), ...ticket };
  const made = await context.request.post(`${url}/api/tickets`, { data, headers: sameOrigin });
  assert.equal(made.status(), 201);
  return `${url}/tickets/${((await made.json()) as { id: string }).id}`;
}

const sameOrigin = { "sec-fetch-site": "same-origin" };
export const venues = {
  warsaw: { name: "Filharmonia", city: "Warszawa", country: "PL", timeZone: "Europe/Warsaw" },
  sydney: { name: "Harbour Park", city: "Sydney", country: "AU", timeZone: "Australia/Sydney" },
};

/** Until a visitor without a session sees what is true now: pages are kept for a second for them. */
export const keptPagesAreOver = () => wait(1_100);

export const daysMs = (days: number) => days * 24 * 3600 * 1000;

/** Adds a show without its form, and returns its address. */
export async function putShow(
  { context }: Pick<Person, "context">,
  { url }: Pick<Stack, "url">,
  show: { name: string; category?: string; startsAt?: string; endsAt?: string; venue?: object },
): Promise<string> {
  const startsAt = new Date(Date.now() + daysMs(30)).toISOString();
  const data = { category: "concert", startsAt, venue: venues.warsaw, ...show };
  const made = await context.request.post(`${url}/api/shows`, { data, headers: sameOrigin });
  assert.equal(made.status(), 201, await made.text());
  return `${url}/shows/${((await made.json()) as { id: string }).id}`;
}

/** Changes what was decided about a show, as its maker does. */
export const plan = (maker: Pick<Person, "context">, show: string, status: string) =>
  change(maker, show, { status });

/** Changes a show without its form, as its maker does. */
export async function change(
  { context }: Pick<Person, "context">,
  show: string,
  changes: { name?: string; status?: string },
): Promise<void> {
  const address = show.replace("/shows/", "/api/shows/");
  const { name, category, startsAt } = await (await context.request.get(address)).json();
  const data = { name, category, startsAt, ...changes };
  const changed = await context.request.put(address, { data, headers: sameOrigin });
  assert.equal(changed.status(), 200, await changed.text());
}

/** Gives a show a picture without its form, as its maker does. */
export async function putPicture(
  { context }: Pick<Person, "context">,
  show: string,
  picture: Buffer,
): Promise<void> {
  const address = `${show.replace("/shows/", "/api/shows/")}/poster`;
  const headers = { ...sameOrigin, "content-type": "image/png" };
  const sent = await context.request.put(address, { data: picture, headers });
  assert.equal(sent.status(), 200, await sent.text());
}

/** Lets one show stand for another, as an operator does. */
export async function merge({ showsUrl }: Stack, show: string, into: string): Promise<void> {
  const [id, standing] = [show, into].map((address) => address.split("/").at(-1));
  const merged = await fetch(`${showsUrl}/operator/shows/${id}/merge`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${operatorToken}` },
    body: JSON.stringify({ into: standing }),
  });
  assert.equal(merged.status, 200, await merged.text());
}

/** Presses Buy on a ticket's page and returns the address of the order. */
export async function buy({ page }: Pick<Person, "page">, ticket: string): Promise<string> {
  await page.goto(ticket);
  await page.getByRole("button", { name: /^Buy for/ }).click();
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  return page.url();
}

/** Pays on the order's page that is open. */
export async function pay({ page }: Pick<Person, "page">, card = "Approved Visa"): Promise<void> {
  await page.getByRole("radio", { name: card }).check();
  await page.getByRole("button", { name: /^Pay / }).click();
}

/** Cancels the order whose page is open. */
export async function cancel({ page }: Pick<Person, "page">): Promise<void> {
  await page.locator("summary", { hasText: "Cancel order" }).click();
  await page.getByRole("button", { name: "Yes, cancel the order" }).click();
}

export const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name });
/** The cards of a list of tickets. */
export const cards = (page: Page) =>
  page.getByRole("list", { name: "Tickets" }).getByRole("listitem");
export const badge = (page: Page, words: string) => page.locator("main .badge", { hasText: words });
