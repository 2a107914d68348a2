"use client";

import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { changePasswordAction } from "./actions";

export function PasswordForm({ email }: { email: string }) {
  const { state, formAction, form } = useForm(changePasswordAction, blankForm(), {
    lost: lostWords.password,
  });
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      {/* For password managers: whose password it is. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field
        name="password"
        label="Present password"
        type="password"
        autoComplete="current-password"
        error={state.fields["password"]}
        required
      />
      <Field
        name="newPassword"
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="Longer is safer. Spaces and any characters are fine."
        error={state.fields["newPassword"]}
        required
      />
      <SubmitButton working="Changing it…">Change password</SubmitButton>
    </form>
  );
}
