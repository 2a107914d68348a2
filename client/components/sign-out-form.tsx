"use client";

import type { ReactElement } from "react";
import { signOutAction } from "@/app/auth/actions";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { Complaint } from "./notice";
import { SubmitButton } from "./submit-button";
import { useForm } from "./use-form";

type Props = {
  className: string;
  words: string;
  look: "primary" | "quiet";
  /** Before and after the button. */
  before?: ReactElement;
  after?: ReactElement;
};

export function SignOutForm({ className, words, look, before, after }: Props) {
  const { state, formAction, form } = useForm(signOutAction, blankForm(), {
    lost: lostWords.leave,
  });
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
