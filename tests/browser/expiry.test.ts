import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

/** Long enough for a busy machine to show what is held; the tests that wait for its end do that together. */
const holdSeconds = 40;
const together = { concurrency: true };
const patient = { timeout: holdSeconds * 1_000 + people.patienceMs };

let stack: Stack;
let browser: Browser;
before(async () => {
  stack = await startStack({
    holdSeconds,
    apiEnvironment: { REFUND_SECONDS: String(holdSeconds) },
  });
  browser = await people.openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  people.assertQuietConsoles();
});

test("pages say for how long a ticket is held, as it is configured", async () => {
  const person = await people.join(browser, stack, "reader");
  const { page } = person;
  await page.goto(stack.url);
  await page.getByText("Reserve one for 40 seconds while you pay").waitFor();
  await page.getByText("Reserved for 40 seconds, paid safely").waitFor();
  const seller = await people.join(browser, stack, "seller");
  await page.goto(await people.put(seller, stack, "Held briefly", "12"));
  await page.getByText("Buying holds it for you for 40 seconds").waitFor();
  await page.goto(`${stack.url}/tickets/new`);
  await page.getByText("At most 200 characters.").waitFor();
  await page.getByText("From $0.01 to $999,999.99.").waitFor();
  await page.goto(`${stack.url}/orders`);
  await page.getByText("At most 10 unpaid orders at a time.").waitFor();
  assert.equal(await page.getByText("15 minutes").count(), 0);
});

describe("when the time is over", together, () => {
  test("an unpaid order expires on screen, and its ticket is for sale again", async () => {
    const seller = await people.join(browser, stack, "seller");
    const buyer = await people.join(browser, stack, "buyer");
    const ticket = await people.sell(seller, stack, "Slow buyer", "12");
    await people.buy(buyer, ticket);
    await people.badge(seller.page, "Reserved").waitFor();

    const timer = buyer.page.getByRole("timer");
    const before = await timer.innerText();
    assert.match(before, /^0:([0-3]\d|40)/);
    await people.until("the clock goes on", async () => (await timer.innerText()) !== before);
    await people.heading(buyer.page, "The time ran out").waitFor(patient);
    await people.badge(buyer.page, "Expired").waitFor();
    assert.equal(await buyer.page.getByRole("button", { name: /^Pay / }).count(), 0);
    await people.badge(seller.page, "For sale").waitFor();

    // Once more from the same page, so that an expired attempt is not mistaken for the new one.
    await buyer.page.getByRole("link", { name: "Look at the ticket again" }).click();
    await buyer.page.getByRole("button", { name: /^Buy for/ }).click();
    await people.heading(buyer.page, "Reserved for you").waitFor();
  });

  test("without a stream an order still expires on screen", async () => {
    const buyer = await people.join(browser, stack, "polling");
    await buyer.page.route("**/api/orders/*/stream", (route) => route.abort());
    await people.buy(buyer, await people.put(buyer, stack, "Polled", "12"));
    await people.heading(buyer.page, "The time ran out").waitFor(patient);
  });

  test("without a connection an order that expires keeps its page, and says so later", async () => {
    const buyer = await people.join(browser, stack, "offline");
    const stream = buyer.page.waitForResponse(/\/api\/orders\/[^/]+\/stream$/);
    await people.buy(buyer, await people.put(buyer, stack, "Out of reach", "12"));
    await stream;
    // The stream that is open goes on; what is asked for from now on fails.
    const lost = buyer.page.waitForEvent("requestfailed", patient);
    await buyer.context.setOffline(true);
    await buyer.page.getByRole("timer").getByText("time is up").waitFor(patient);
    await lost;
    await people.heading(buyer.page, "Reserved for you").waitFor();
    await buyer.context.setOffline(false);
    await people.heading(buyer.page, "The time ran out").waitFor();
  });

  test("after its time an order cannot be paid, though the API is down", async () => {
    const own = await startStack({ own: true, holdSeconds });
    try {
      const pages = await Promise.all(
        [390, 1280].map(async (width) => {
          const viewport = { width, height: 800 };
          const buyer = await people.join(browser, own, "deadline", { viewport });
          await people.buy(buyer, await people.put(buyer, own, "Too late", "12"));
          await buyer.page.getByRole("button", { name: /^Pay / }).waitFor();
          return buyer.page;
        }),
      );
      await own.stopApi();
      for (const page of pages) {
        await page.getByRole("timer").getByText("time is up").waitFor(patient);
        await page.getByText("The order can no longer be paid").waitFor();
        assert.equal(await page.getByRole("button", { name: /^Pay / }).count(), 0);
        assert.equal(await page.getByText("Cancel order").count(), 0);
        await people.heading(page, "Reserved for you").waitFor();
      }
    } finally {
      await people.leave(browser, own);
      await own.stop();
    }
  });

  test("a ticket cannot be returned any more once the time for it is over", async () => {
    const buyer = await people.join(browser, stack, "late");
    const { page } = buyer;
    const order = await people.buy(buyer, await people.put(buyer, stack, "Kept", "12"));
    await people.pay(buyer);
    await people.heading(page, "It’s yours").waitFor();
    await page.getByText("Return this ticket").click();
    const confirm = page.getByRole("button", { name: "Return it for $12.00" });
    await confirm.waitFor();
    const refund = order.replace("/orders/", "/api/orders/") + "/refund";
    const isOver = async () =>
      ((await (await buyer.context.request.get(refund)).json()) as { until?: string }).until ===
      undefined;
    await people.until("the time to return it is over", isOver, patient.timeout);
    // The form was open in time, the press comes too late: the API's refusal reaches the person.
    await confirm.click();
    const alert = page.locator("main").getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /time in which .* refunded is over/);
    await page.goto(order);
    await people.heading(page, "It’s yours").waitFor();
    assert.equal(await page.getByText("Return this ticket").count(), 0);
  });
});
