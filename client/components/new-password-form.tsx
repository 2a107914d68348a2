"use client";

import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm, type FormState } from "@/lib/form-state";

type Props = {
  token: string;
  action: (state: FormState, form: FormData) => Promise<FormState>;
  lost: string;
  children: string;
};

/** For the page of a mailed link. Opening it changes nothing: programs that scan mails open links. */
export function NewPasswordForm({ token, action, lost, children }: Props) {
  const { state, formAction, form } = useForm(action, blankForm(), { lost });
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
      <SubmitButton working="Changing it…">{children}</SubmitButton>
    </form>
  );
}
