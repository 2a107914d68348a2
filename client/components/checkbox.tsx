type Props = {
  name: string;
  label: string;
  hint?: string | undefined;
  defaultChecked: boolean;
};

/** A box to tick, with what follows from it. */
export function Checkbox({ name, label, hint, defaultChecked }: Props) {
  const hintId = hint ? `${name}-hint` : undefined;
  return (
    <div className="check">
      <label>
        <input
          id={name}
          type="checkbox"
          name={name}
          value="on"
          autoComplete="off"
          defaultChecked={defaultChecked}
          aria-describedby={hintId}
        />
        <span>{label}</span>
      </label>
      {hint && (
        <p id={hintId} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
