"use client";

import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { type Deadline, useSecondsLeft } from "@/components/use-seconds-left";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { cancelOrderAction } from "../actions";

type Props = { orderId: string; deadline: Deadline };

/** Opening it is the question, its button the answer: nothing happens by one press alone. */
export function CancelForm({ orderId, deadline }: Props) {
  const { state, formAction, pending, form } = useForm(cancelOrderAction, blankForm(), {
    lost: lostWords.cancel,
  });
  const isOver = useSecondsLeft(deadline) === 0;
  if (isOver && !pending) return null;
  return (
    <details className="return" open={state.message !== undefined}>
      <summary>Cancel order</summary>
      <form ref={form} action={formAction} className="form">
        <Complaint>{state.message}</Complaint>
        <p>The ticket is then for sale again, and others can buy it. You pay nothing.</p>
        <input type="hidden" name="orderId" value={orderId} />
        <SubmitButton look="danger" working="Cancelling…">
          Yes, cancel the order
        </SubmitButton>
      </form>
    </details>
  );
}
