"use client";

import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/blank-form";
import { lostWords } from "@/lib/lost-words";
import { changeAddressAction } from "./actions";

export function ChangeAddressForm() {
  const { state, formAction, form } = useForm(changeAddressAction, blankForm(), {
    lost: lostWords.mail,
  });
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      <Field
        name="email"
        label="New address"
        type="email"
        autoComplete="email"
        defaultValue={state.values["email"]}
        error={state.fields["email"]}
        required
      />
      <Field
        name="password"
        id="password-for-address"
        label="Your password"
        type="password"
        autoComplete="current-password"
        error={state.fields["password"]}
        required
      />
      <SubmitButton look="quiet" working="Sending…">
        Change address
      </SubmitButton>
    </form>
  );
}
