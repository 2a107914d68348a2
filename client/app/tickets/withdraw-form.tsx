"use client";

import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { withdrawTicketAction } from "./actions";

/** Opening it is the question, its button the answer: nothing happens by one press alone. `back` is
 *  where to go afterwards. */
export function WithdrawForm({ id, back }: { id: string; back: string }) {
  const { state, formAction, form } = useForm(withdrawTicketAction, blankForm(), {
    lost: lostWords.withdraw,
  });
  return (
    <details className="return" open={state.message !== undefined}>
      <summary>Withdraw</summary>
      <form ref={form} action={formAction} className="form">
        <Complaint>{state.message}</Complaint>
        <p>The ticket can no longer be bought. This cannot be undone, but you can list it again.</p>
        <input type="hidden" name="id" value={id} />
        <input type="hidden" name="back" value={back} />
        <SubmitButton look="danger" working="Withdrawing it…">
          Yes, withdraw it
        </SubmitButton>
      </form>
    </details>
  );
}
