"use server";

import { serverCaller } from "@/lib/api/server";
import { getShow, updateShow } from "@/lib/api/shows";
import type { ShowChange } from "@/lib/api/types.gen";
import { blankForm, explain, type FormState, textOf } from "@/lib/form-state";
import { goOn } from "@/lib/go-on";
import { deleteKeptInput, keepForSignIn } from "@/lib/kept-input-server";
import { lostWords } from "@/lib/lost-words";
import { readTyped, typedShow } from "@/lib/show-fields";
import type { ShowState } from "../../show-form";

const pathOf = (id: string) => `/shows/${encodeURIComponent(id)}`;

export async function editShowAction(before: ShowState, form: FormData): Promise<ShowState> {
  const id = textOf(form, "id");
  const typed = { ...typedShow(form), status: textOf(form, "status") };
  const { input, fields, twice } = readTyped(typed);
  const state = { ...blankForm("", typed), twice, now: before.now };
  if (Object.keys(fields).length > 0) return { ...state, fields };
  const caller = await serverCaller();
  const change = { ...input, status: typed.status as ShowChange["status"] };
  const version = Number(textOf(form, "version"));
  const answer = await updateShow(caller, id, { ...change, version });
  if (answer.outcome === "signed_out") return keepForSignIn(`${pathOf(id)}/edit`, form);
  if (answer.outcome === "refused" && answer.slug === "show_changed") {
    const found = await getShow(caller, id);
    const message =
      "This show was changed elsewhere after you opened this page. What you typed is not saved.";
    if (found.outcome === "ok") return { ...state, message, now: found.show };
  }
  if (answer.outcome !== "ok")
    return { ...state, ...explain(answer, { values: typed, lost: lostWords.editShow }) };
  await deleteKeptInput();
  goOn(pathOf(answer.show.id));
}

/** Only the plan changes: the rest of the show stays as it is now. */
export async function cancelShowAction(_: FormState, form: FormData): Promise<FormState> {
  const id = textOf(form, "id");
  const caller = await serverCaller();
  const found = await getShow(caller, id);
  if (found.outcome !== "ok") return explain(found, { values: {}, lost: lostWords.cancelShow });
  const { name, category, startsAt, version } = found.show;
  const change = { name, category, startsAt, version, status: "cancelled" as const };
  const answer = await updateShow(caller, id, change);
  if (answer.outcome === "signed_out") return keepForSignIn(`${pathOf(id)}/edit`, form);
  if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.cancelShow });
  goOn(pathOf(id));
}
