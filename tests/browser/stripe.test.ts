// The Payment Element's side of paying, with a script in the place of Stripe's that has only what
// the form uses of it. The API is real and takes the payment methods that Stripe publishes for tests.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

const publishable = "pk_test_browser";

/** Runs in the page. A field stands in for the element; what is typed becomes the payment method. */
function standIn() {
  const make = () => {
    const input = document.createElement("input");
    input.setAttribute("aria-label", "Card");
    const heard: Record<string, () => void> = {};
    return {
      mount: (parent: HTMLElement) => {
        parent.append(input);
        heard["ready"]?.();
      },
      on: (event: string, handler: () => void) => Object.assign(heard, { [event]: handler }),
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
    }),
  });
}

let stack: Stack;
let browser: Browser;
before(async () => {
  stack = await startStack({ clientEnvironment: { STRIPE_PUBLISHABLE_KEY: publishable } });
  browser = await people.openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  people.assertQuietConsoles();
});

test("the Payment Element pays: first incomplete, then declined, then good", async () => {
  const person = await people.signUp(browser, stack, "card");
  const { page } = person;
  await page.route("https://js.stripe.com/**", (route) =>
    route.fulfill({ contentType: "text/javascript", body: `(${standIn.toString()})()` }),
  );
  await people.buy(person, await people.sell(person, stack, "By card", "19.99"));
  assert.equal(await page.getByText("Test cards").count(), 0);
  const card = page.getByLabel("Card");
  const pay = page.getByRole("button", { name: "Pay $19.99" });
  const alert = page.locator("main").getByRole("alert");

  await card.waitFor();
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
});

test("without script the page says why there is nothing to fill in", async () => {
  const options = { javaScriptEnabled: false };
  const person = await people.signUp(browser, stack, "plain", options);
  await people.buy(person, await people.sell(person, stack, "By card", "5"));
  // The browser under test keeps <noscript> shut however its scripts are switched off.
  assert.match(await person.page.content(), /<noscript>.*Paying by card needs JavaScript/);
});
