"use client";

import { Price } from "@/components/price";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { type Deadline, useSecondsLeft } from "@/components/use-seconds-left";
import type { Order } from "@/lib/api/types.gen";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { payAction, type PaymentState } from "../actions";
import { PaymentMessages } from "./payment-messages";

const cards = [
  { token: "tok_visa", name: "Visa", does: "Approved" },
  { token: "tok_mastercard", name: "Mastercard", does: "Approved" },
  { token: "tok_amex", name: "American Express", does: "Approved" },
  { token: "tok_chargeDeclined", name: "Visa", does: "Declined" },
  { token: "tok_chargeDeclinedInsufficientFunds", name: "Visa", does: "Insufficient funds" },
  { token: "tok_chargeDeclinedExpiredCard", name: "Visa", does: "Expired card" },
  { token: "tok_chargeDeclinedProcessingError", name: "Visa", does: "Processing error" },
  { token: "tok_threeDSecure2Required", name: "Visa", does: "Asks for 3‑D Secure" },
];

type Props = {
  order: Order;
  attempt: string;
  deadline: Deadline;
  kept: Record<string, string> | undefined;
};

/** Payment without Stripe: the sandbox's cards, each with the effect that its name describes. */
export function TestCardForm({ order, attempt, deadline, kept }: Props) {
  const initial: PaymentState = blankForm(attempt, { token: "tok_visa", ...kept });
  const { state, formAction, pending, form } = useForm(payAction, initial, {
    lost: lostWords.pay,
  });
  const chosen = state.values["token"];
  const isOver = useSecondsLeft(deadline) === 0;
  if (isOver && !pending) return <PaymentMessages state={state} />;
  return (
    <form ref={form} action={formAction} className="form">
      <PaymentMessages state={state} />
      <input type="hidden" name="orderId" value={order.id} />
      <input type="hidden" name="attempt" value={state.attempt} />
      <fieldset className="cards">
        <legend>
          Test cards <span className="tag">No real money</span>
        </legend>
        {cards.map(({ token, name, does }) => (
          <label key={token} className="card-choice">
            <input type="radio" name="token" value={token} defaultChecked={token === chosen} />
            <span className="card-does">{does}</span>
            <span className="card-name">{name}</span>
          </label>
        ))}
      </fieldset>
      <SubmitButton working="Paying…">
        Pay <Price amount={order.ticket.price} />
      </SubmitButton>
    </form>
  );
}
