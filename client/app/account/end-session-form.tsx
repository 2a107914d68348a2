"use client";

import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/blank-form";
import { lostWords } from "@/lib/lost-words";
import { endSessionAction } from "./actions";

export function EndSessionForm({ id, device }: { id: string; device: string }) {
  const { state, formAction, form } = useForm(endSessionAction, blankForm(), {
    lost: lostWords.endSession,
  });
  return (
    <form ref={form} action={formAction}>
      <Complaint>{state.message}</Complaint>
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="quiet" working="Signing out…">
        Sign out <span className="visually-hidden">{device || "this browser or program"}</span>
      </SubmitButton>
    </form>
  );
}
