"use client";

import { EmailField } from "@/components/email-field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { forgotAction } from "./actions";

export function ForgotForm() {
  const { state, formAction, form } = useForm(forgotAction, blankForm(), {
    lost: lostWords.mail,
  });
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      <EmailField state={state} />
      <SubmitButton working="Sending…">Send me a link</SubmitButton>
    </form>
  );
}
