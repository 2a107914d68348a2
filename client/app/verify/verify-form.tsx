"use client";

import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { verifyAction } from "./actions";

/** Opening the page changes nothing: programs that scan mails open their links. */
export function VerifyForm({ token }: { token: string }) {
  const { state, formAction, form } = useForm(verifyAction, blankForm(), {
    lost: lostWords.verify,
  });
  return (
    <form ref={form} action={formAction} className="form">
      <Complaint>{state.message}</Complaint>
      <input type="hidden" name="token" value={token} />
      <SubmitButton working="Confirming it…">Confirm my address</SubmitButton>
    </form>
  );
}
