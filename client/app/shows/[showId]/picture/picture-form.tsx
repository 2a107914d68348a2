"use client";

import { useRouter } from "next/navigation";
import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { UploadProgress } from "@/components/upload-progress";
import { useForm } from "@/components/use-form";
import { useFileFault, useUpload } from "@/components/use-upload";
import { setPicture } from "@/lib/api/shows";
import { chosenFile, pictureRule } from "@/lib/chosen-file";
import { blankForm, explain, type FormState } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { setPictureAction } from "./actions";

export function PictureForm({ id }: { id: string }) {
  const { setFile, sent, cancel } = useSending(id);
  // A browser without script sends the form.
  const action = typeof window === "undefined" ? setPictureAction : setFile;
  const { state, formAction, pending, form } = useForm(action, blankForm(), {
    lost: lostWords.picture,
  });
  const { fault, choose } = useFileFault(pictureRule);
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      <input type="hidden" name="id" value={id} />
      <Field
        name={pictureRule.name}
        label="Picture"
        type="file"
        accept={pictureRule.types.join(",")}
        hint="JPEG, PNG or WebP, at most 5 MB. Places and other data that a camera adds are removed."
        error={fault ?? state.fields[pictureRule.name]}
        onChange={choose}
      />
      {pending && sent !== undefined && <UploadProgress part={sent} onCancel={cancel} />}
      <SubmitButton working={sent === 1 ? "Preparing it…" : "Sending it…"}>
        Use this picture
      </SubmitButton>
    </form>
  );
}

function useSending(id: string) {
  const router = useRouter();
  const { send, sent, cancel } = useUpload();
  const setFile = async (before: FormState, form: FormData): Promise<FormState> => {
    const { file, fault } = chosenFile(form, pictureRule);
    if (!file) return { ...blankForm(), fields: { picture: fault } };
    const answer = await send((caller) => setPicture(caller, id, file));
    // The action renews the session, or leads to signing in.
    if (answer.outcome === "signed_out") return setPictureAction(before, form);
    if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.picture });
    router.push(`/shows/${id}`);
    router.refresh();
    return blankForm();
  };
  return { setFile, sent, cancel };
}
