// The state of a form, apart from the sentences about it: every page has a form, few have sentences.

/** What a form shows after it was sent: what is wrong, beside which field, and what was typed. */
export type FormState = {
  message?: string | undefined;
  fields: Record<string, string>;
  values: Record<string, string>;
  /** The key of this attempt for the API: sent again after a failure of unknown outcome, replaced by a
   *  new one after an answer. */
  attempt: string;
};

export const blankForm = (attempt = "", values: Record<string, string> = {}): FormState => ({
  fields: {},
  values,
  attempt,
});
