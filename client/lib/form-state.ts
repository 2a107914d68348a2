import type { Failure } from "./api/transport.ts";
import { blankForm, type FormState } from "./blank-form.ts";
import { sentenceOf } from "./sentences.ts";

export { blankForm, type FormState };

/** Of a form whose outcome may come later. */
export type LateState = FormState & {
  /** The outcome is not known yet; the page changes by itself when it is. */
  waiting?: boolean;
};

type Submitted = {
  values: Record<string, string>;
  attempt?: string;
  /** What is known when the API has not answered. */
  lost?: string;
};

/** Complaints about a field the form has go beside it; all others above the form. */
export function explain(failure: Failure, { values, attempt = "", lost }: Submitted): FormState {
  const state = blankForm(attempt, values);
  if (failure.outcome === "unavailable" && lost) return { ...state, message: lost };
  if (failure.outcome !== "refused") return { ...state, message: words(failure) };
  const general: string[] = [];
  for (const complaint of failure.complaints) {
    const { field } = complaint;
    const message = sentenceOf(complaint);
    if (field === undefined || !(field in values)) general.push(message);
    else state.fields[field] ??= message;
  }
  return { ...state, ...(general.length > 0 ? { message: general.join(" ") } : {}) };
}

function words(failure: Exclude<Failure, { outcome: "refused" }>): string {
  switch (failure.outcome) {
    case "signed_out":
      return "You are signed out. Sign in and try again.";
    case "not_found":
      return "This is no longer here.";
    case "throttled":
      return sentenceOf(failure.complaint);
    case "unavailable":
      return "We cannot reach our service right now. Try again in a moment.";
  }
}

export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}
