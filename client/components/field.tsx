import type { ComponentProps } from "react";

type Props = ComponentProps<"input"> & {
  name: string;
  /** Where two forms of a page have a field of this name. */
  id?: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  prefix?: string;
};

/** A labelled input with its hint and, once the API has complained about it, its error. */
export function Field({ name, id = name, label, hint, error, prefix, ...input }: Props) {
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const describedBy = [errorId, hintId].filter(Boolean).join(" ") || undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-box">
        {prefix && (
          <span className="field-prefix" aria-hidden="true">
            {prefix}
          </span>
        )}
        <input
          id={id}
          name={name}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy}
          {...input}
        />
      </div>
      {error && (
        <p id={errorId} className="field-error">
          {error}
        </p>
      )}
      {hint && (
        <p id={hintId} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
