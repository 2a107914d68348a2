"use client";

import { type ReactElement, useEffect } from "react";
import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { useForm } from "@/components/use-form";
import type { Show } from "@/lib/api/types.gen";
import { blankForm, type FormState } from "@/lib/form-state";
import { categories } from "@/lib/show-words";
import { type Twice, wasName, whichName } from "@/lib/show-fields";
import { Choices } from "./show-choices";

export type ShowState = FormState & {
  twice?: Twice | undefined;
  /** The show as it is now, after it was changed elsewhere. */
  now?: Show | undefined;
};

type Props = {
  action: (state: ShowState, form: FormData) => Promise<ShowState>;
  /** What is known when no answer came. */
  lost: string;
  fields: Parameters<typeof Field>[0][];
  timeZones: string[];
  /** What the form begins with. */
  values: Record<string, string> | undefined;
  /** What is above the fields, and below them: the buttons. */
  above?: (state: ShowState) => ReactElement;
  children: ReactElement;
};

/** What people say of a show. */
export function ShowForm(props: Props) {
  const { action, lost, fields, timeZones, values, above, children } = props;
  const initial: ShowState = blankForm("", values);
  const { state, formAction, form } = useForm<ShowState>(action, initial, { lost });
  // Most people add shows near to them. Without script the field stays empty.
  useEffect(() => {
    const zone = form.current?.elements.namedItem("venue.timeZone");
    if (zone instanceof HTMLInputElement)
      zone.value ||= new Intl.DateTimeFormat().resolvedOptions().timeZone;
  }, [form]);
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      {above && <div className="form-part">{above(state)}</div>}
      <Choices
        legend="Kind"
        name="category"
        options={Object.entries(categories)}
        chosen={state.values["category"] || "concert"}
        error={state.fields["category"]}
      />
      {fields.map((field) => (
        <div key={field.name} className="form-part">
          <Field
            {...field}
            autoComplete="off"
            defaultValue={state.values[field.name]}
            error={state.fields[field.name]}
          />
          {state.values[wasName(field.name)] && (
            <input
              type="hidden"
              name={wasName(field.name)}
              value={state.values[wasName(field.name)]}
            />
          )}
          {state.twice?.[field.name] && (
            <Choices
              legend="Which one?"
              name={whichName(field.name)}
              options={state.twice[field.name]!.map(({ moment, words }) => [moment, words])}
              chosen={state.values[whichName(field.name)]}
            />
          )}
        </div>
      ))}
      <datalist id="time-zones">
        {timeZones.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {children}
    </form>
  );
}
