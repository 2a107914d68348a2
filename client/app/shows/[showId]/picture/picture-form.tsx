"use client";

import { useRouter } from "next/navigation";
import { type ChangeEvent, useState } from "react";
import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { UploadProgress } from "@/components/upload-progress";
import { useForm } from "@/components/use-form";
import { setPicture } from "@/lib/api/shows";
import { uploadCaller } from "@/lib/api/upload";
import { blankForm, explain, type FormState } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { chosenPicture, pictureFault, pictureTypes } from "@/lib/picture";
import { setPictureAction } from "./actions";

export function PictureForm({ id }: { id: string }) {
  const { send, sent } = useUpload(id);
  const action = typeof window === "undefined" ? setPictureAction : send;
  const { state, formAction, pending, form } = useForm(action, blankForm(), {
    lost: lostWords.picture,
  });
  // What can be said before anything is sent.
  const [fault, setFault] = useState<string>();
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const words = pictureFault(target.files?.[0]);
    setFault(words);
    if (words) target.value = "";
  };
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      <input type="hidden" name="id" value={id} />
      <Field
        name="picture"
        label="Picture"
        type="file"
        accept={pictureTypes.join(",")}
        hint="JPEG, PNG or WebP, at most 5 MB. Places and other data that a camera adds are removed."
        error={fault ?? state.fields["picture"]}
        onChange={choose}
      />
      {pending && sent !== undefined && <UploadProgress part={sent} />}
      <SubmitButton working={sent === 1 ? "Preparing it…" : "Sending it…"}>
        Use this picture
      </SubmitButton>
    </form>
  );
}

/** Sends the picture straight to the API, which shows how much of it is sent; a browser without script
 *  sends the form. */
function useUpload(id: string) {
  const router = useRouter();
  const [sent, setSent] = useState<number>();
  const send = async (before: FormState, form: FormData): Promise<FormState> => {
    const { picture, fault } = chosenPicture(form);
    if (!picture) return { ...blankForm(), fields: { picture: fault } };
    setSent(undefined);
    const answer = await setPicture(uploadCaller(setSent), id, picture);
    // The action renews the session, or leads to signing in.
    if (answer.outcome === "signed_out") return setPictureAction(before, form);
    if (answer.outcome === "unavailable") throw new Error("no answer");
    if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.picture });
    router.push(`/shows/${id}`);
    router.refresh();
    return blankForm();
  };
  return { send, sent };
}
