"use client";

import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { requestErasureAction } from "./actions";

export function ErasureForm() {
  const { state, formAction, form } = useForm(requestErasureAction, blankForm(), {
    lost: lostWords.mail,
  });
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      <Field
        name="password"
        id="password-for-erasure"
        label="Password of the account"
        type="password"
        autoComplete="current-password"
        error={state.fields["password"]}
        required
      />
      <SubmitButton look="quiet" working="Sending…">
        Delete my account
      </SubmitButton>
    </form>
  );
}
