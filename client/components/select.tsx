type Props = {
  name: string;
  label: string;
  chosen: string | undefined;
  /** Values and their words. */
  options: [value: string, words: string][];
};

/** A choice in a form that is sent as an address, and is the one of that address after Back, too: hence no
 *  completion. (React resets the forms of actions, selects wrongly.) */
export function Select({ name, label, chosen, options }: Props) {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <div className="field-box">
        <select id={name} name={name} defaultValue={chosen} autoComplete="off">
          {options.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
