"use server";

import { redirect } from "next/navigation";
import { serverCaller } from "@/lib/api/server";
import { createShow } from "@/lib/api/shows";
import { blankForm, explain } from "@/lib/form-state";
import { deleteKeptInput, keepForSignIn } from "@/lib/kept-input-server";
import { lostWords } from "@/lib/lost-words";
import { readTyped, typedShow } from "@/lib/show-fields";
import type { ShowState } from "../show-form";

/** Goes on to the ticket for it, also when there is the show already. */
export async function addShowAction(_: ShowState, form: FormData): Promise<ShowState> {
  const typed = typedShow(form);
  const { input, fields, twice } = readTyped(typed);
  if (Object.keys(fields).length > 0) return { ...blankForm("", typed), fields, twice };
  const answer = await createShow(await serverCaller(), input);
  if (answer.outcome === "signed_out") return keepForSignIn("/shows/new", form);
  if (answer.outcome !== "ok")
    return { ...explain(answer, { values: typed, lost: lostWords.addShow }), twice };
  await deleteKeptInput();
  redirect(`/shows/${answer.show.id}/sell`);
}
