"use client";

import { type FocusEvent, useEffect, useRef } from "react";
import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { type CalendarState, openCalendarAction } from "./actions";

const selectAll = ({ target }: FocusEvent<HTMLInputElement>) => target.select();

/** Makes the address, and shows it. `isAnother`: the one before ends. */
export function OpenForm({ isAnother }: { isAnother: boolean }) {
  const initial: CalendarState = blankForm();
  const { state, formAction, form } = useForm(openCalendarAction, initial, {
    lost: lostWords.calendar,
  });
  const { address } = state;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), [address]);
  return (
    <form ref={form} action={formAction} className="form">
      <Complaint>{state.message}</Complaint>
      {address !== undefined && (
        <>
          <Field
            key={address}
            ref={field}
            name="address"
            label="The address of your calendar"
            hint="Copy it into your calendar program now: for your safety it is not shown again."
            defaultValue={address}
            onFocus={selectAll}
            readOnly
            translate="no"
            autoComplete="off"
          />
          <p>
            <a href={address.replace(/^https?:/, "webcal:")}>Open it in my calendar program</a>
          </p>
        </>
      )}
      <SubmitButton
        look={isAnother || address !== undefined ? "quiet" : "primary"}
        working="Making it…"
      >
        {isAnother || address !== undefined ? "Make another address" : "Make the address"}
      </SubmitButton>
    </form>
  );
}
