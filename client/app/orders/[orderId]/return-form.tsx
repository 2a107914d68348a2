"use client";

import { LocalTime } from "@/components/local-time";
import { Complaint } from "@/components/notice";
import { Price } from "@/components/price";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { type OrderState, returnTicketAction } from "../actions";
import { BeingConfirmed } from "./being-confirmed";

type Props = { orderId: string; amount: number; until: string; attempt: string };

/** Opening it is the question, its button the answer: nothing happens by one press alone. */
export function ReturnForm({ orderId, amount, until, attempt }: Props) {
  const initial: OrderState = blankForm(attempt);
  const { state, formAction, form } = useForm(returnTicketAction, initial, {
    lost: lostWords.refund,
  });
  if (state.waiting) return <BeingConfirmed what="refund" />;
  return (
    <details className="return" open={state.message !== undefined}>
      <summary>Return this ticket</summary>
      <form ref={form} action={formAction} className="form">
        <Complaint>{state.message}</Complaint>
        <p>
          You get <Price amount={amount} /> back, on the card you paid with, and others can buy the
          ticket right away. This cannot be undone. Returns are open until <LocalTime iso={until} />
          .
        </p>
        <input type="hidden" name="orderId" value={orderId} />
        <input type="hidden" name="attempt" value={state.attempt} />
        <SubmitButton look="danger" working="Returning it…">
          Return it for <Price amount={amount} />
        </SubmitButton>
      </form>
    </details>
  );
}
