"use client";

import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { resetAction } from "./actions";

/** Opening the page changes nothing: programs that scan mails open their links. */
export function ResetForm({ token }: { token: string }) {
  const { state, formAction, form } = useForm(resetAction, blankForm(), { lost: lostWords.reset });
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      <input type="hidden" name="token" value={token} />
      <Field
        name="password"
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="Longer is safer. Spaces and any characters are fine."
        error={state.fields["password"]}
        required
      />
      <SubmitButton working="Changing it…">Use this password</SubmitButton>
    </form>
  );
}
