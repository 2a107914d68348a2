"use client";

import { type ChangeEvent, useRef } from "react";
import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { UploadProgress } from "@/components/upload-progress";
import { useForm } from "@/components/use-form";
import { useFileFault, useUpload } from "@/components/use-upload";
import { setTicketFile } from "@/lib/api/delivery";
import { chosenFile, ticketFileRule } from "@/lib/chosen-file";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { type UploadState, uploadState, uploadWords } from "@/lib/ticket-upload";
import { setFileAction } from "./actions";

type Props = {
  id: string;
  /** The ticket has a file or code already. */
  isAnother: boolean;
};

export function FileForm({ id, isAnother }: Props) {
  const { setFile, sent, cancel } = useSending(id);
  // A browser without script sends the form.
  const action = typeof window === "undefined" ? setFileAction : setFile;
  const { state, formAction, pending, form } = useForm<UploadState>(action, blankForm(), {
    lost: lostWords.file,
  });
  const { fault, choose } = useFileFault(ticketFileRule);
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      <div role="status" className="news">
        {state.upload && !pending && <p className="notice">{uploadWords(state.upload)}</p>}
      </div>
      <input type="hidden" name="id" value={id} />
      <Field
        name={ticketFileRule.name}
        label={isAnother ? "Another file" : "File"}
        type="file"
        className="drop"
        accept={ticketFileRule.types.join(",")}
        hint="PDF, PNG or JPEG, at most 5 MB. You can also drop it here."
        error={fault ?? state.fields[ticketFileRule.name]}
        onChange={choose}
      />
      <Camera name={ticketFileRule.name} />
      {pending && sent !== undefined && <UploadProgress part={sent} onCancel={cancel} />}
      <SubmitButton look="quiet" working={sent === 1 ? "Reading it…" : "Sending it…"}>
        {isAnother ? "Replace it with this file" : "Attach this file"}
      </SubmitButton>
    </form>
  );
}

/** On a phone: a picture of the ticket becomes the file of the field `name`. */
function Camera({ name }: { name: string }) {
  const input = useRef<HTMLInputElement>(null);
  const take = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const field = target.form?.elements.namedItem(name);
    if (!(field instanceof HTMLInputElement) || !target.files?.length) return;
    field.files = target.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  };
  return (
    <div className="camera">
      {/* Without a name: the form sends the field. */}
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png"
        capture="environment"
        aria-label="Picture of the ticket"
        onChange={take}
        hidden
      />
      <button type="button" className="button button-quiet" onClick={() => input.current?.click()}>
        Take a picture of it
      </button>
    </div>
  );
}

function useSending(id: string) {
  const { send, sent, cancel } = useUpload();
  const setFile = async (before: UploadState, form: FormData): Promise<UploadState> => {
    const { file, fault } = chosenFile(form, ticketFileRule);
    if (!file) return { ...blankForm(), fields: { file: fault } };
    const answer = await send((caller) => setTicketFile(caller, id, file));
    // The action renews the session, or leads to signing in.
    if (answer.outcome === "signed_out") return setFileAction(before, form);
    return uploadState(answer, { values: {}, lost: lostWords.file });
  };
  return { setFile, sent, cancel };
}
