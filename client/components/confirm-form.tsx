"use client";

import type { ReactNode } from "react";
import { blankForm, type LateState } from "@/lib/form-state";
import { Complaint } from "./notice";
import { SubmitButton } from "./submit-button";
import { useForm } from "./use-form";

type Props = {
  action: (before: LateState, form: FormData) => Promise<LateState>;
  /** What is known when no answer came. */
  lost: string;
  /** The question, which opens the form. */
  question: string;
  /** What happens. */
  children: ReactNode;
  /** What the form sends along. */
  fields: Record<string, string>;
  /** The key of the first attempt, for what must not happen twice. */
  attempt?: string;
  confirm: ReactNode;
  working: string;
  /** Of the button; the question of a primary one looks like a button, too. */
  look?: "danger" | "primary";
  /** Stands in the place of the form while the outcome is awaited. */
  awaited?: ReactNode;
  /** The question goes, unless its answer is on its way. */
  isOver?: boolean;
};

/** Opening it is the question, its button the answer: nothing happens by one press alone. */
export function ConfirmForm(props: Props) {
  const { state, formAction, pending, form } = useForm<LateState>(
    props.action,
    blankForm(props.attempt),
    {
      lost: props.lost,
    },
  );
  if (state.waiting) return props.awaited;
  if (props.isOver && !pending) return null;
  const { look = "danger" } = props;
  const fields = state.attempt ? { ...props.fields, attempt: state.attempt } : props.fields;
  return (
    <details className={`return return-${look}`} open={state.message !== undefined}>
      <summary>{props.question}</summary>
      <form ref={form} action={formAction} className="form">
        <Complaint>{state.message}</Complaint>
        <p>{props.children}</p>
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <SubmitButton look={look} working={props.working}>
          {props.confirm}
        </SubmitButton>
      </form>
    </details>
  );
}
