"use server";

import { redirect } from "next/navigation";
import { serverCaller } from "@/lib/api/server";
import { createShow } from "@/lib/api/shows";
import { explain, type FormState } from "@/lib/form-state";
import { deleteKeptInput, keepForSignIn } from "@/lib/kept-input-server";
import { lostWords } from "@/lib/lost-words";
import { inputOf, typedShow } from "./show-fields";

/** Goes on to the ticket for it, also when there is the show already. */
export async function addShowAction(_: FormState, form: FormData): Promise<FormState> {
  const typed = typedShow(form);
  const answer = await createShow(await serverCaller(), inputOf(typed));
  if (answer.outcome === "signed_out") return keepForSignIn("/shows/new", form);
  if (answer.outcome !== "ok") return explain(answer, { values: typed, lost: lostWords.addShow });
  await deleteKeptInput();
  redirect(`/shows/${answer.show.id}/sell`);
}
