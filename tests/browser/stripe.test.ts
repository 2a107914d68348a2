// Paying through Stripe, with stand-ins for both of its halves: a script that has only what the form
// uses of Stripe's, and stripe-api.ts behind the API's real Stripe gateway. Everything in between is
// the product: the form, its actions, payments, orders, the stream that changes the page. What this
// cannot show is Stripe's own iframe and the window of the bank.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { inspect } from "./inspection.ts";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";
import { startStripeApi, type StripeApi } from "./stripe-api.ts";

/** Runs in the page. A field stands in for the element; what is typed becomes the payment method. */
function standIn() {
  const make = () => {
    const input = document.createElement("input");
    input.setAttribute("aria-label", "Card");
    const handlers: Record<string, () => void> = {};
    return {
      mount: (parent: HTMLElement) => {
        parent.append(input);
        handlers["ready"]?.();
      },
      on: (event: string, handler: () => void) => Object.assign(handlers, { [event]: handler }),
      off() {},
      update() {},
      destroy: () => input.remove(),
    };
  };
  const card = () => document.querySelector<HTMLInputElement>("[aria-label=Card]")?.value ?? "";
  Object.assign(window, {
    Stripe: (key: string) => ({
      key,
      _registerWrapper() {},
      registerAppInfo() {},
      createToken() {},
      confirmCardPayment() {},
      elements: (options: object) => {
        Object.assign(window, { stripeOptions: options });
        return {
          create: make,
          getElement: () => null,
          update() {},
          submit: async () =>
            card() ? {} : { error: { message: "Your card number is incomplete." } },
        };
      },
      createPaymentMethod: async () => ({ paymentMethod: { id: card() } }),
      handleNextAction: async ({ clientSecret }: { clientSecret: string }) => {
        const body = new URLSearchParams({ clientSecret });
        const answer = await fetch("https://api.stripe.com/authenticate", { method: "POST", body });
        return answer.json();
      },
    }),
  });
}

type Bank = { confirms: boolean; asked: string[] };

let stack: Stack;
let browser: Browser;
let stripe: StripeApi;
before(async () => {
  stripe = await startStripeApi();
  stack = await startStack({
    apiEnvironment: stripe.environment,
    clientEnvironment: { STRIPE_PUBLISHABLE_KEY: "pk_test_browser" },
  });
  browser = await people.openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  await stripe?.stop();
  people.assertQuietConsoles();
});

/** Puts the stand-ins in the place of Stripe's addresses; returns the bank behind them. */
async function withoutStripe(page: Page): Promise<Bank> {
  const bank: Bank = { confirms: true, asked: [] };
  await page.route("https://js.stripe.com/**", (route) =>
    route.fulfill({ contentType: "text/javascript", body: `(${standIn.toString()})()` }),
  );
  await page.route("https://api.stripe.com/authenticate", (route) => {
    const form = new URLSearchParams(route.request().postData() ?? "");
    const clientSecret = form.get("clientSecret") ?? "";
    bank.asked.push(clientSecret);
    stripe.authenticate(clientSecret, bank.confirms);
    const refused = { error: { message: "Your bank could not confirm that it is you." } };
    return route.fulfill({
      json: bank.confirms ? {} : refused,
      headers: { "access-control-allow-origin": "*" },
    });
  });
  return bank;
}

/** Orders a ticket, and has the card's field and the button at hand. */
async function checkout(name: string, price: string) {
  const person = await people.join(browser, stack, name);
  const { page } = person;
  const bank = await withoutStripe(page);
  const order = await people.buy(person, await people.put(person, stack, "By card", price));
  const card = page.getByLabel("Card", { exact: true });
  await card.waitFor();
  return {
    page,
    bank,
    card,
    orderId: order.split("/").at(-1),
    pay: page.getByRole("button", { name: /^Pay \$/ }),
    alert: page.locator("main").getByRole("alert"),
  };
}

const intentsOf = (orderId: string | undefined) =>
  stripe.intents.filter(({ metadata }) => metadata["order_id"] === orderId);

test("the Payment Element pays: first incomplete, then declined, then good", async () => {
  const { page, card, pay, alert, orderId } = await checkout("card", "19.99");
  assert.equal(await page.getByText("Test cards").count(), 0);
  await pay.click();
  await alert.filter({ hasText: "incomplete" }).waitFor();
  await card.fill("pm_card_visa_chargeDeclined");
  await pay.click();
  await alert.filter({ hasText: /declined/i }).waitFor();
  await card.fill("pm_card_visa");
  await pay.click();
  await people.heading(page, "It’s yours").waitFor();

  const options = await page.evaluate(
    () => (window as never as { stripeOptions: object }).stripeOptions,
  );
  assert.deepEqual(options, {
    mode: "payment",
    amount: 1999,
    currency: "usd",
    captureMethod: "manual",
    paymentMethodCreation: "manual",
  });
  assert.deepEqual(
    intentsOf(orderId).map(({ amount }) => amount),
    [1999],
  );
});

test("3-D Secure: the bank is asked, confirms, and the page turns into complete by itself", async () => {
  const { page, card, pay, bank, orderId } = await checkout("secure", "40");
  await card.fill("pm_card_threeDSecure2Required");
  await pay.click();
  // Without webhooks payments checks again by itself, at growing intervals.
  await people.heading(page, "It’s yours").waitFor({ timeout: 60_000 });
  const [intent, ...others] = intentsOf(orderId);
  assert.deepEqual(bank.asked, [intent?.client_secret]);
  assert.equal(others.length, 0);
});

test("3-D Secure: a missing confirmation is shown, and another card pays at once", async () => {
  const { page, card, pay, alert, bank, orderId } = await checkout("unsure", "41");
  bank.confirms = false;
  await card.fill("pm_card_threeDSecure2Required");
  await pay.click();
  await alert.filter({ hasText: "could not confirm" }).waitFor();
  await inspect(page);
  await card.fill("pm_card_visa");
  await pay.click();
  await people.heading(page, "It’s yours").waitFor();
  const statuses = intentsOf(orderId).map(({ status }) => status);
  assert.equal(statuses.length, 2);
  assert.notEqual(statuses[0], "succeeded");
  assert.equal(bank.asked.length, 1, "the second card has no bank to ask");
});

test("3-D Secure: a buyer who closes the page in the middle pays after opening it again", async () => {
  const { page, card, pay, orderId } = await checkout("absent", "42");
  // The bank's window stays open, and the buyer leaves.
  await page.route("https://api.stripe.com/authenticate", () => {});
  await card.fill("pm_card_threeDSecure2Required");
  await pay.click();
  await page.getByRole("button", { name: "Paying…" }).waitFor();
  await page.reload();
  await card.fill("pm_card_visa");
  await pay.click();
  await people.heading(page, "It’s yours").waitFor();
  const statuses = intentsOf(orderId).map(({ status }) => status);
  assert.equal(statuses[0], "canceled", "the abandoned one is ended before another begins");
  assert.equal(statuses.length, 2);
});

test("a slow bank: the page says so, and is complete by itself", async () => {
  const { page, card, pay, orderId } = await checkout("waiting", "43");
  await card.fill("pm_card_slow");
  await pay.click();
  // The API answers "not known yet" after 8 seconds, and the page then watches for 2 more.
  await page.getByText("Your payment is being confirmed").waitFor();
  stripe.answerSlow();
  await people.heading(page, "It’s yours").waitFor({ timeout: 60_000 });
  assert.equal(intentsOf(orderId).length, 1);
});

test("without script the page gives the reason why there is no form", async () => {
  const options = { javaScriptEnabled: false };
  const person = await people.join(browser, stack, "plain", options);
  await people.buy(person, await people.put(person, stack, "By card", "5"));
  // The browser under test keeps <noscript> shut however its scripts are switched off.
  assert.match(await person.page.content(), /<noscript>.*Paying by card needs JavaScript/);
});
