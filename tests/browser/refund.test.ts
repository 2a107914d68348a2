import assert from "node:assert/strict";
import { before, test } from "node:test";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { browser, stack } from "./shop.ts";

let seller: people.Person;
before(async () => {
  seller = await people.join(browser, stack, "seller");
});

/** A buyer whose page shows a paid order. */
async function owner(name: string, price: string, options?: { javaScriptEnabled: boolean }) {
  const person = await people.join(browser, stack, name, options);
  const ticket = await people.sell(seller, stack, `For ${name}`, price);
  const order = await people.buy(person, ticket);
  await people.pay(person);
  await people.heading(person.page, "It’s yours").waitFor();
  return { ...person, ticket, order };
}

test("a ticket is returned: asked first, then refunded, and it is for sale again", async () => {
  const { page, ticket, order } = await owner("returner", "19.99");
  await people.badge(seller.page, "Sold").waitFor();
  const confirm = page.getByRole("button", { name: "Return it for $19.99" });
  assert.equal(await confirm.isVisible(), false, "one press alone must not return it");
  await page.getByText("Return this ticket").click();
  await page.getByText("This cannot be undone").waitFor();
  await inspect(page);

  await confirm.click();
  await people.heading(page, "Your money is on its way back").waitFor();
  await people.badge(page, "Refunded").waitFor();
  await page.getByText("$19.99 goes back to the card you paid with").waitFor();
  assert.equal(page.url(), order);
  await inspect(page);
  await people.badge(seller.page, "For sale").waitFor();
  await page.goto(`${stack.url}/orders`);
  await people.badge(page, "Refunded").waitFor();

  const next = await people.join(browser, stack, "next");
  await people.buy(next, ticket);
  await people.heading(next.page, "Reserved for you").waitFor();
  // The first order shows what happened then, not the present state of the ticket.
  await page.goto(order);
  await page.getByText("The ticket went back on sale").waitFor();
  assert.equal(await page.getByText("is for sale").count(), 0);
});

test("a ticket is returned with JavaScript switched off", async () => {
  const { page } = await owner("plain", "7", { javaScriptEnabled: false });
  await page.locator("summary").click();
  await page.getByRole("button", { name: "Return it for $7.00" }).click();
  await people.heading(page, "Your money is on its way back").waitFor();
});

test("the keyboard alone returns a ticket", async () => {
  const { page } = await owner("keyboard", "9");
  await page.locator("summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await people.heading(page, "Your money is on its way back").waitFor();
});

test("a partial refund is shown, and a return gives the rest", async () => {
  const { page, context, order } = await owner("partly", "20");
  const id = order.split("/").at(-1);
  const answer = await context.request.post(`${stack.url}/api/orders/${id}/refund`, {
    data: { amount: "5.00" },
    headers: { "sec-fetch-site": "same-origin" },
  });
  assert.equal(answer.status(), 201);
  await page.reload();
  await page.getByText("$5.00 of the price has been given back to you").waitFor();
  await page.getByText("so its ticket is not shown any more").waitFor();
  assert.equal(await page.getByText("The seller has not attached").count(), 0);
  await page.getByText("Return this ticket").click();
  await page.getByRole("button", { name: "Return it for $15.00" }).waitFor();
});

test("only the buyer sees what can be refunded", async () => {
  const { order } = await owner("private", "9");
  const address = `${stack.url}/api/orders/${order.split("/").at(-1)}/refund`;
  assert.equal((await fetch(address)).status, 401);
  assert.equal((await seller.context.request.get(address)).status(), 401);
});

test("a refund whose answer is lost is made all the same, and once", async () => {
  const { page, context, order } = await owner("tunnel", "11");
  let sent = 0;
  await page.route("**/orders/*", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    sent++;
    if (sent > 1) return route.continue();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await page.getByText("Return this ticket").click();
  await page.getByRole("button", { name: "Return it for $11.00" }).click();
  await people.until("the refund is asked for", () => sent > 0);
  // Either the stream was faster, or the page says that it broke; both lead to the same end.
  await page.goto(order);
  await people.heading(page, "Your money is on its way back").waitFor();
  const refundable = await context.request.get(
    `${stack.url}/api/orders/${order.split("/").at(-1)}/refund`,
  );
  const { refunded, refunding } = (await refundable.json()) as Record<string, number>;
  assert.deepEqual([refunded, refunding], [11, 0]);
});
