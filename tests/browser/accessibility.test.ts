// axe-core on every page, in every distinct state, in both themes and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

let stack: Stack;
let browser: Browser;
let seller: people.Person;
let buyer: people.Person;
const paths: Record<string, string> = {};
before(async () => {
  stack = await startStack({ own: true });
  browser = await people.openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

test("nothing to find: the front page before there are tickets", async () => {
  const { page } = await people.visitor(browser);
  await page.goto(stack.url);
  await people.heading(page, "Nothing is for sale right now").waitFor();
  await inspect(page);
  await page.goto(`${stack.url}/?status=sold`);
  await people.heading(page, "No ticket is sold yet").waitFor();
  await inspect(page);
});

test("tickets and orders in every state", async () => {
  seller = await people.join(browser, stack, "seller");
  buyer = await people.join(browser, stack, "buyer");
  const sell = (title: string) => people.put(seller, stack, title, "20");
  paths.open = await sell("Open to all");
  paths.held = await sell("Held for a buyer");
  paths.sold = await sell("Sold to a buyer");
  paths.dropped = await sell("Dropped by a buyer");
  paths.heldOrder = await people.buy(buyer, paths.held);
  paths.soldOrder = await people.buy(buyer, paths.sold);
  await people.pay(buyer);
  await people.heading(buyer.page, "It’s yours").waitFor();
  paths.droppedOrder = await people.buy(buyer, paths.dropped);
  await people.cancel(buyer);
  await people.heading(buyer.page, "You cancelled this order").waitFor();
});

test("shows in several states", async () => {
  const show = (name: string) => people.putShow(seller, stack, { name });
  paths.show = await show("Night at the Opera");
  paths.emptyShow = await show("Without tickets");
  paths.cancelledShow = await show("Not on");
  await people.plan(seller, paths.cancelledShow, "cancelled");
  const ticket = { price: "20", section: "Balcony left", row: "4", seat: "12" };
  paths.seat = await people.putFor(seller, stack, paths.show, ticket);
});

type View = { name: string; who: () => people.Person | undefined; at: () => string; act?: Act };
type Act = (page: Page) => Promise<void>;
const signedOut = () => undefined;
const asSeller = () => seller;
const asBuyer = () => buyer;
const site = (path: string) => () => stack.url + path;
const at = (name: string) => () => paths[name] ?? assert.fail(name);

const sendEmptyForm: Act = async (page) => {
  await page.locator("main form button[type=submit]").first().click();
  await page.locator(".field-error").first().waitFor();
};
const sendEmptyPasswords: Act = async (page) => {
  await page.getByRole("button", { name: "Change password" }).click();
  await page.locator(".field-error").first().waitFor();
};
const confirmAddress: Act = async (page) => {
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await page.getByText("This link is too old, or was used already.").waitFor();
};
const sendEmptyTicket: Act = async (page) => {
  await page.getByRole("button", { name: "List ticket" }).click();
  await page.locator(".field-error").first().waitFor();
};
const findShow: Act = async (page) => {
  await page.getByLabel("For which show?").fill("night");
  await page.getByRole("list", { name: "Shows found" }).waitFor();
};
const beDeclined: Act = async (page) => {
  await people.pay({ page }, "Declined Visa");
  await page.locator("main").getByRole("alert").waitFor();
};

const views: View[] = [
  { name: "front page, signed out", who: signedOut, at: site("/") },
  { name: "front page, signed in", who: asBuyer, at: site("/") },
  { name: "ticket for sale, to a visitor", who: signedOut, at: at("open") },
  { name: "ticket for sale, to a buyer", who: asBuyer, at: at("open") },
  { name: "ticket for sale, to its seller", who: asSeller, at: at("open") },
  { name: "ticket reserved", who: signedOut, at: at("held") },
  { name: "ticket reserved by oneself", who: asBuyer, at: at("held") },
  { name: "ticket sold", who: signedOut, at: at("sold") },
  { name: "new ticket", who: asSeller, at: site("/tickets/new") },
  { name: "new ticket, refused", who: asSeller, at: site("/tickets/new"), act: sendEmptyTicket },
  { name: "new ticket, a show found", who: asSeller, at: site("/tickets/new"), act: findShow },
  { name: "show", who: signedOut, at: at("show") },
  { name: "show without tickets", who: signedOut, at: at("emptyShow") },
  { name: "show cancelled", who: signedOut, at: at("cancelledShow") },
  { name: "ticket for a show", who: asBuyer, at: at("seat") },
  { name: "edit ticket of a show", who: asSeller, at: () => `${paths.seat}/edit` },
  { name: "new ticket for a show", who: asSeller, at: () => `${paths.show}/sell` },
  {
    name: "new ticket for a show, refused",
    who: asSeller,
    at: () => `${paths.show}/sell`,
    act: sendEmptyForm,
  },
  { name: "shows", who: signedOut, at: site("/shows?q=night&city=Warszawa") },
  { name: "shows, none", who: signedOut, at: site("/shows?q=nothing&category=club") },
  { name: "shows, refused", who: signedOut, at: site("/shows?from=yesterday") },
  { name: "new show", who: asSeller, at: site("/shows/new") },
  { name: "new show, refused", who: asSeller, at: site("/shows/new"), act: sendEmptyForm },
  { name: "picture of a show", who: asSeller, at: () => `${paths.show}/picture` },
  {
    name: "picture of a show, none chosen",
    who: asSeller,
    at: () => `${paths.show}/picture`,
    act: sendEmptyForm,
  },
  { name: "no such show", who: signedOut, at: site("/shows/nope") },
  { name: "edit ticket", who: asSeller, at: () => `${paths.open}/edit` },
  { name: "edit ticket, reserved", who: asSeller, at: () => `${paths.held}/edit` },
  { name: "orders", who: asBuyer, at: site("/orders") },
  { name: "calendar of a buyer", who: asBuyer, at: site("/orders/calendar") },
  { name: "orders, none", who: asSeller, at: site("/orders") },
  { name: "tickets of a seller", who: asSeller, at: site("/sell") },
  { name: "sales of a seller", who: asSeller, at: site("/sell?show=sold") },
  { name: "tickets of a seller, none", who: asBuyer, at: site("/sell") },
  { name: "sales of a seller, none", who: asBuyer, at: site("/sell?show=sold") },
  { name: "order to pay", who: asBuyer, at: at("heldOrder") },
  { name: "order to pay, declined", who: asBuyer, at: at("heldOrder"), act: beDeclined },
  { name: "order complete", who: asBuyer, at: at("soldOrder") },
  { name: "order cancelled", who: asBuyer, at: at("droppedOrder") },
  { name: "sign in", who: signedOut, at: site("/auth/signin") },
  { name: "sign up", who: signedOut, at: site("/auth/signup") },
  { name: "sign up, refused", who: signedOut, at: site("/auth/signup"), act: sendEmptyForm },
  { name: "account", who: asBuyer, at: site("/account") },
  { name: "account, refused", who: asBuyer, at: site("/account"), act: sendEmptyPasswords },
  { name: "forgotten password", who: signedOut, at: site("/forgot") },
  { name: "forgotten password, refused", who: signedOut, at: site("/forgot"), act: sendEmptyForm },
  { name: "forgotten password, asked", who: signedOut, at: site("/forgot?asked=1") },
  { name: "new password", who: signedOut, at: site("/reset?token=x") },
  { name: "new password, refused", who: signedOut, at: site("/reset?token=x"), act: sendEmptyForm },
  { name: "new password without a link", who: signedOut, at: site("/reset") },
  { name: "account to take back", who: signedOut, at: site("/restore?token=x") },
  {
    name: "account, link refused",
    who: signedOut,
    at: site("/restore?token=x"),
    act: sendEmptyForm,
  },
  { name: "account without a link", who: signedOut, at: site("/restore") },
  { name: "address to confirm", who: signedOut, at: site("/verify?token=x") },
  { name: "address, refused", who: signedOut, at: site("/verify?token=x"), act: confirmAddress },
  { name: "address without a link", who: signedOut, at: site("/verify") },
  { name: "address confirmed", who: signedOut, at: site("/verify?done=1") },
  { name: "sign out", who: asBuyer, at: site("/auth/signout") },
  { name: "signed out", who: signedOut, at: site("/auth/signout") },
  { name: "no such page", who: signedOut, at: site("/nope") },
  { name: "no such ticket", who: signedOut, at: site("/tickets/nope") },
  { name: "no such order", who: asBuyer, at: site("/orders/nope") },
];

for (const { name, who, at, act } of views)
  test(`nothing to find: ${name}`, async () => {
    const context = who()?.context ?? (await browser.newContext());
    const page = people.listen(await context.newPage());
    await page.goto(at());
    await act?.(page);
    await inspect(page);
    await page.close();
  });

test("nothing to find: the service is away", async () => {
  await stack.stopApi();
  await people.keptPagesAreOver();
  const { page } = await people.visitor(browser);
  assert.equal((await page.goto(stack.clientUrl))?.status(), 503);
  await people.heading(page, "We cannot reach our service").waitFor();
  await inspect(page);
});
