"use client";

import { EmailField } from "@/components/email-field";
import { Complaint } from "@/components/notice";
import { Field } from "@/components/field";
import { PageLink } from "@/components/page-link";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { signInAction, signUpAction } from "./actions";

const kinds = {
  signin: {
    action: signInAction,
    submit: "Sign in",
    working: "Signing in…",
    password: "current-password",
    hint: undefined,
    otherWords: "New here?",
    otherLink: "Open an account",
    other: "signup",
  },
  signup: {
    action: signUpAction,
    submit: "Create account",
    working: "Creating your account…",
    password: "new-password",
    hint: "Longer is safer. Spaces and any characters are fine.",
    otherWords: "Been here before?",
    otherLink: "Sign in",
    other: "signin",
  },
} as const;

type Props = { kind: keyof typeof kinds; next: string; kept?: Record<string, string> | undefined };

export function CredentialsForm({ kind, next, kept }: Props) {
  const words = kinds[kind];
  const { state, formAction, form } = useForm(words.action, blankForm("", kept), {
    lost: lostWords.enter,
  });
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      <input type="hidden" name="next" value={next} />
      <EmailField state={state} />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete={words.password}
        hint={words.hint}
        error={state.fields["password"]}
        required
      />
      <SubmitButton working={words.working}>{words.submit}</SubmitButton>
      {kind === "signin" && (
        <p className="form-other">
          <PageLink href="/forgot">Forgot your password?</PageLink>
        </p>
      )}
      <p className="form-other">
        <span>{words.otherWords}</span>{" "}
        <PageLink href={`/auth/${words.other}?next=${encodeURIComponent(next)}`}>
          {words.otherLink}
        </PageLink>
      </p>
    </form>
  );
}
