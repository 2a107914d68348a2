"use server";

import { serverCaller } from "@/lib/api/server";
import { removePicture, setPicture } from "@/lib/api/shows";
import { chosenFile, pictureRule } from "@/lib/chosen-file";
import { blankForm, explain, type FormState, textOf } from "@/lib/form-state";
import { goOn } from "@/lib/go-on";
import { keepForSignIn } from "@/lib/kept-input-server";
import { lostWords } from "@/lib/lost-words";

const pathOf = (form: FormData) => `/shows/${encodeURIComponent(textOf(form, "id"))}`;

export async function setPictureAction(_: FormState, form: FormData): Promise<FormState> {
  const { file, fault } = chosenFile(form, pictureRule);
  if (!file) return { ...blankForm(), fields: { picture: fault } };
  const answer = await setPicture(await serverCaller(), textOf(form, "id"), file);
  if (answer.outcome === "signed_out") return keepForSignIn(`${pathOf(form)}/picture`, form);
  if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.picture });
  goOn(pathOf(form));
}

export async function removePictureAction(_: FormState, form: FormData): Promise<FormState> {
  const answer = await removePicture(await serverCaller(), textOf(form, "id"));
  if (answer.outcome === "signed_out") return keepForSignIn(`${pathOf(form)}/picture`, form);
  if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.picture });
  goOn(pathOf(form));
}
