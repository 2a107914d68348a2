"use client";

import type { ReactElement } from "react";
import { signOutAction } from "@/app/auth/actions";
import { blankForm } from "@/lib/blank-form";
import { Complaint } from "./notice";
import { SubmitButton } from "./submit-button";
import { useForm } from "./use-form";

type Props = {
  className: string;
  words: string;
  look: "primary" | "quiet";
  /** What is known when no answer came. */
  lost: string;
  /** Before and after the button. */
  before?: ReactElement;
  after?: ReactElement;
};

export function SignOutForm({ className, words, look, lost, before, after }: Props) {
  const { state, formAction, form } = useForm(signOutAction, blankForm(), { lost });
  return (
    <form ref={form} action={formAction} className={className}>
      <Complaint>{state.message}</Complaint>
      {before}
      <SubmitButton look={look} working="Signing out…">
        {words}
      </SubmitButton>
      {after}
    </form>
  );
}
