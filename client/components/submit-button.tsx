"use client";

import type { MouseEvent, ReactNode } from "react";
import { useFormStatus } from "react-dom";

type Props = {
  children: ReactNode;
  /** What the button says while the form is under way. */
  working: string;
  look?: "primary" | "quiet" | "danger";
  /** In progress for a reason outside of the form. */
  busy?: boolean;
};

export function SubmitButton({ children, working, look = "primary", busy = false }: Props) {
  const pending = useFormStatus().pending || busy;
  // `disabled` would take the keyboard's focus away in the middle of the form.
  const refuseSecondPress = (event: MouseEvent) => {
    if (pending) event.preventDefault();
  };
  return (
    <button
      type="submit"
      className={`button button-${look}`}
      aria-disabled={pending}
      onClick={refuseSecondPress}
    >
      {/* A new element for new words: a translator may have taken the old text away. */}
      <span key={pending ? "working" : "ready"}>{pending ? working : children}</span>
    </button>
  );
}
