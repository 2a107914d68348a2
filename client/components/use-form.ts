"use client";

import { useActionState, useEffect, useRef } from "react";
import type { FormState } from "@/lib/form-state";

/** A form of a server action that, when it comes back with complaints, puts the keyboard where the
 *  first of them is. */
export function useForm<State extends FormState>(
  action: (state: Awaited<State>, form: FormData) => Promise<State>,
  initial: Awaited<State>,
) {
  const [state, formAction, pending] = useActionState<State, FormData>(action, initial);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (state === initial) return;
    form.current?.querySelector<HTMLElement>("[aria-invalid=true], [role=alert]")?.focus();
    // `initial` is rebuilt with every render of the page and says nothing new.
  }, [state]);
  return { state, formAction, pending, form };
}
