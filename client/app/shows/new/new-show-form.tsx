"use client";

import { SubmitButton } from "@/components/submit-button";
import { lostWords } from "@/lib/lost-words";
import { showFields } from "@/lib/show-fields";
import { ShowForm } from "../show-form";
import { addShowAction } from "./actions";

type Props = {
  timeZones: string[];
  /** What was typed before, if it could not be sent. */
  kept: Record<string, string> | undefined;
};

export function NewShowForm({ timeZones, kept }: Props) {
  return (
    <ShowForm
      action={addShowAction}
      lost={lostWords.addShow}
      fields={showFields}
      timeZones={timeZones}
      values={kept}
    >
      <SubmitButton working="Adding it…">Add the show</SubmitButton>
    </ShowForm>
  );
}
