"use client";

import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { eraseAction } from "./actions";

/** Opening the page changes nothing: programs that scan mails open their links. */
export function EraseForm({ token }: { token: string }) {
  const { state, formAction, form } = useForm(eraseAction, blankForm(), {
    lost: lostWords.erase,
  });
  return (
    <form ref={form} action={formAction} className="form">
      <Complaint>{state.message}</Complaint>
      <input type="hidden" name="token" value={token} />
      <SubmitButton working="Deleting it…">Delete my account for good</SubmitButton>
    </form>
  );
}
