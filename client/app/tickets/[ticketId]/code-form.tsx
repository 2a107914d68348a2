"use client";

import { useState } from "react";
import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { formatNames, type UploadState, uploadWords } from "@/lib/ticket-upload";
import { Choices } from "../../shows/show-choices";
import { setCodeAction } from "./actions";

/** For a ticket that is no file: what its code says, in words. */
export function CodeForm({ id }: { id: string }) {
  const { state, formAction, form } = useForm<UploadState>(setCodeAction, blankForm(), {
    lost: lostWords.code,
  });
  const { message, fields, values, upload } = state;
  const isAnswered =
    message !== undefined || upload !== undefined || Object.keys(fields).length > 0;
  // A complaint goes when its field is edited, and the form stays.
  const [isOpen, setOpen] = useState(isAnswered);
  if (isAnswered && !isOpen) setOpen(true);
  return (
    <details className="return" open={isOpen}>
      <summary>Type the code instead</summary>
      <form ref={form} action={formAction} className="form" noValidate>
        <Complaint>{message}</Complaint>
        <div role="status" className="news">
          {upload && <p className="notice">{uploadWords(upload)}</p>}
        </div>
        <input type="hidden" name="id" value={id} />
        <Choices
          legend="What it looks like"
          name="format"
          options={Object.entries(formatNames)}
          chosen={values["format"] || "qr"}
          error={fields["format"]}
        />
        <Field
          name="text"
          label="What it says"
          hint="The text that a scanner reads, letter for letter."
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          translate="no"
          defaultValue={values["text"]}
          error={fields["text"]}
        />
        <SubmitButton look="quiet" working="Attaching it…">
          Attach this code
        </SubmitButton>
      </form>
    </details>
  );
}
