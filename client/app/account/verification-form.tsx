"use client";

import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { requestVerificationAction } from "./actions";

export function VerificationForm() {
  const { state, formAction, form } = useForm(requestVerificationAction, blankForm(), {
    lost: lostWords.mail,
  });
  return (
    <form ref={form} action={formAction} className="form">
      <Complaint>{state.message}</Complaint>
      <SubmitButton working="Sending…">Send me a link</SubmitButton>
    </form>
  );
}
