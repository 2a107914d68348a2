"use server";

import { redirect } from "next/navigation";
import { setTicketCode, setTicketFile } from "@/lib/api/delivery";
import { serverCaller } from "@/lib/api/server";
import type { TicketCode } from "@/lib/api/types.gen";
import { chosenFile, ticketFileRule } from "@/lib/chosen-file";
import { blankForm, textOf } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { signInPath } from "@/lib/return-path";
import { type UploadState, uploadState } from "@/lib/ticket-upload";

const pathOf = (form: FormData) => `/tickets/${encodeURIComponent(textOf(form, "id"))}`;

export async function setFileAction(_: UploadState, form: FormData): Promise<UploadState> {
  const { file, fault } = chosenFile(form, ticketFileRule);
  if (!file) return { ...blankForm(), fields: { file: fault } };
  const answer = await setTicketFile(await serverCaller(), textOf(form, "id"), file);
  if (answer.outcome === "signed_out") redirect(signInPath(pathOf(form)));
  return uploadState(answer, { values: {}, lost: lostWords.file });
}

export async function setCodeAction(_: UploadState, form: FormData): Promise<UploadState> {
  const values = { format: textOf(form, "format"), text: textOf(form, "text") };
  const code = { ...values, format: values.format as TicketCode["format"] };
  const answer = await setTicketCode(await serverCaller(), textOf(form, "id"), code);
  if (answer.outcome === "signed_out") redirect(signInPath(pathOf(form)));
  return uploadState(answer, { values, lost: lostWords.code });
}
