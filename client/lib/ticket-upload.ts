// What became of the file or code that a seller gave a ticket, as its form shows it.
import type { Uploaded } from "./api/delivery.ts";
import type { TicketCode, TicketUpload } from "./api/types.gen.ts";
import { blankForm, explain, type FormState } from "./form-state.ts";
import { sentenceOf } from "./sentences.ts";

export type UploadState = FormState & {
  /** What was attached. */
  upload?: TicketUpload | undefined;
};

/** The state of the form after the answer; a rejected file is a fault of the field `file`. */
export function uploadState(
  answer: Uploaded,
  { values, lost }: { values: Record<string, string>; lost: string },
): UploadState {
  if (answer.outcome !== "ok") return explain(answer, { values, lost });
  const { state, reason } = answer.upload;
  if (state === "ready") return { ...blankForm(), upload: answer.upload };
  const complaint = { message: "This file cannot be read.", ...(reason && { code: reason }) };
  return { ...blankForm("", values), fields: { file: sentenceOf(complaint) } };
}

/** What was attached, and what to do if that is not enough. */
export function uploadWords({ pages, barcodes }: TicketUpload): string {
  if (pages === 0) return "The code is attached. Its buyer can show it right after paying.";
  const where = pages === 1 ? "" : ` on ${pages} pages`;
  if (barcodes === 0)
    return (
      `The file is attached, and no code was found${where}. Its buyer gets the file as it is. If it ` +
      "has a code, send a sharper picture of the code alone, or type the code below."
    );
  const codes = barcodes === 1 ? "1 code was" : `${barcodes} codes were`;
  return (
    `The file is attached: ${codes} read${where}. Its buyer can show ` +
    `${barcodes === 1 ? "it" : "them"} right after paying.`
  );
}

export const formatNames: Record<TicketCode["format"], string> = {
  qr: "QR code",
  aztec: "Aztec",
  pdf417: "PDF417",
  code128: "Bars (Code 128)",
  datamatrix: "Data Matrix",
};
