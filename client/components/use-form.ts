"use client";

import { unstable_isUnrecognizedActionError as isOfOlderPage } from "next/navigation";
import { type RefObject, useActionState, useEffect, useRef, useState } from "react";
import type { FormState } from "@/lib/blank-form";
import { keptCookieLine, packInput } from "@/lib/kept-input";
import { sessionChange } from "./session-watcher";

type Action<State> = (state: Awaited<State>, form: FormData) => Promise<State>;
type Options = {
  /** What is known when no answer came. */
  lost: string;
  /** What complaints are about: they go when it changes. */
  about?: unknown;
};

/**
 * A form of a server action. It comes back with complaints, of which the first gets the keyboard, or
 * without an answer: then everything typed stays. A complaint goes away when its cause has.
 */
export function useForm<State extends FormState>(
  action: Action<State>,
  initial: Awaited<State>,
  { lost, about }: Options,
) {
  // Each render of the page makes another one, which says nothing new.
  const [first] = useState(initial);
  const form = useRef<HTMLFormElement>(null);
  const unsent = useRef<FormData>(undefined);
  const guarded: Action<State> = async (before, sent) => {
    try {
      return await action(before, sent);
    } catch (error) {
      if (isRedirect(error)) throw error;
      if (isOfOlderPage(error)) return reload(sent);
      unsent.current = sent;
      return { ...before, fields: {}, message: lostMessage(error, lost) };
    }
  };
  // On the server it is the action itself, which is what a browser without script gets.
  const [state, formAction, pending] = useActionState<State, FormData>(
    typeof window === "undefined" ? action : guarded,
    first,
  );
  useEffect(() => {
    if (state === first) return;
    // React has reset the form by now.
    if (unsent.current && form.current) fill(form.current, unsent.current);
    unsent.current = undefined;
    form.current?.querySelector<HTMLElement>("[aria-invalid=true], [role=alert]")?.focus();
  }, [state, first]);
  useKeeping(form);
  return { state: useCurrent(form, state, about), formAction, pending, form };
}

/** The state without those of its complaints whose cause has gone: what they are about has changed, or
 *  the field was edited. */
function useCurrent<State extends FormState>(
  form: RefObject<HTMLFormElement | null>,
  state: State,
  about: unknown,
): State {
  const [seen, setSeen] = useState({ state, about, edited: [] as string[] });
  if (seen.state !== state) setSeen({ state, about, edited: [] });
  useEffect(() => {
    const element = form.current;
    const edit = ({ target }: Event) =>
      setSeen((now) => ({ ...now, edited: [...now.edited, (target as HTMLInputElement).name] }));
    element?.addEventListener("input", edit);
    return () => element?.removeEventListener("input", edit);
  }, [form, state]);
  if (seen.state !== state || (seen.edited.length === 0 && seen.about === about)) return state;
  const fields = Object.entries(state.fields).filter(([name]) => !seen.edited.includes(name));
  return { ...state, message: undefined, fields: Object.fromEntries(fields) };
}

/** Keeps what was typed when the session has changed, which may take the form off the page. */
function useKeeping(form: RefObject<HTMLFormElement | null>): void {
  useEffect(() => {
    const keep = () => {
      const element = form.current;
      if (!element || ![...element.elements].some(isEdited)) return;
      const packed = packInput(location.pathname, "signed_out", new FormData(element));
      if (packed) document.cookie = keptCookieLine(packed);
    };
    window.addEventListener(sessionChange, keep);
    return () => window.removeEventListener(sessionChange, keep);
  }, [form]);
}

const isEdited = (field: Element) =>
  field instanceof HTMLInputElement &&
  (field.value !== field.defaultValue || field.checked !== field.defaultChecked);

const isRedirect = (error: unknown) =>
  String((error as { digest?: unknown } | null)?.digest).startsWith("NEXT_REDIRECT");

function lostMessage(error: unknown, lost: string): string {
  if ((error as Error | null)?.name === "AbortError")
    return "You cancelled it. Nothing has changed.";
  return navigator.onLine ? lost : `You are offline. ${lost}`;
}

/** The server has another release than this page. The action did not run; the new page gets the input. */
function reload(form: FormData): Promise<never> {
  const packed = packInput(location.pathname, "older_page", form);
  if (packed) document.cookie = keptCookieLine(packed);
  location.reload();
  return new Promise(() => {});
}

function fill(form: HTMLFormElement, typed: FormData): void {
  for (const [name, value] of typed) {
    const field = form.elements.namedItem(name);
    if (field instanceof RadioNodeList) field.value = String(value);
    else if (field instanceof HTMLInputElement && field.type !== "hidden")
      if (field.type === "file") field.files = listOf(value as File);
      else if (field.type === "radio") field.checked = field.value === value;
      else if (field.type !== "checkbox") field.value = String(value);
  }
  // Of a box that is not ticked nothing is sent.
  for (const field of form.elements)
    if (field instanceof HTMLInputElement && field.type === "checkbox")
      field.checked = typed.has(field.name);
}

/** A field of files takes nothing else. */
function listOf(file: File): FileList {
  const chosen = new DataTransfer();
  if (file.size > 0) chosen.items.add(file);
  return chosen.files;
}
