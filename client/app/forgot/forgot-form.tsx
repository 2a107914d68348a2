"use client";

import { Field } from "@/components/field";
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
      <Field
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        defaultValue={state.values["email"]}
        error={state.fields["email"]}
        required
      />
      <SubmitButton working="Sending…">Send me a link</SubmitButton>
    </form>
  );
}
