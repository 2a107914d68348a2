"use client";

import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { cancelOrderAction } from "../actions";

export function CancelForm({ orderId }: { orderId: string }) {
  const { state, formAction, form } = useForm(cancelOrderAction, blankForm());
  return (
    <form ref={form} action={formAction} className="cancel">
      <Complaint>{state.message}</Complaint>
      <input type="hidden" name="orderId" value={orderId} />
      <SubmitButton look="danger" working="Cancelling…">
        Cancel order
      </SubmitButton>
    </form>
  );
}
