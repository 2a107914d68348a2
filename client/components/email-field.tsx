import { Field } from "@/components/field";
import type { FormState } from "@/lib/form-state";

/** The address of an account, in forms of people who are not signed in. */
export function EmailField({ state }: { state: FormState }) {
  return (
    <Field
      name="email"
      label="E-mail"
      type="email"
      autoComplete="username"
      defaultValue={state.values["email"]}
      error={state.fields["email"]}
      required
    />
  );
}
