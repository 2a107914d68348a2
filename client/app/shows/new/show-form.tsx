"use client";

import { useEffect } from "react";
import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { categories } from "@/lib/show-words";
import { addShowAction } from "./actions";

type Props = {
  fields: Parameters<typeof Field>[0][];
  timeZones: string[];
  /** What was typed before, if it could not be sent. */
  kept: Record<string, string> | undefined;
};

export function ShowForm({ fields, timeZones, kept }: Props) {
  const { state, formAction, form } = useForm(addShowAction, blankForm("", kept), {
    lost: lostWords.addShow,
  });
  // Most people add shows near to them. Without script the field stays empty.
  useEffect(() => {
    const zone = form.current?.elements.namedItem("venue.timeZone");
    if (zone instanceof HTMLInputElement)
      zone.value ||= new Intl.DateTimeFormat().resolvedOptions().timeZone;
  }, [form]);
  const chosen = state.values["category"] || "concert";
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      <fieldset className="kinds">
        <legend>Kind</legend>
        {Object.entries(categories).map(([name, words]) => (
          <label key={name} className="kind">
            <input type="radio" name="category" value={name} defaultChecked={name === chosen} />
            <span>{words}</span>
          </label>
        ))}
        {state.fields["category"] && <p className="field-error">{state.fields["category"]}</p>}
      </fieldset>
      {fields.map((field) => (
        <Field
          key={field.name}
          {...field}
          autoComplete="off"
          defaultValue={state.values[field.name]}
          error={state.fields[field.name]}
        />
      ))}
      <datalist id="time-zones">
        {timeZones.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <SubmitButton working="Adding it…">Add the show</SubmitButton>
    </form>
  );
}
