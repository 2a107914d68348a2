type Props = {
  legend: string;
  name: string;
  /** Each value with its words. */
  options: [string, string][];
  chosen: string | undefined;
  error?: string | undefined;
};

/** One of several, as buttons. */
export function Choices({ legend, name, options, chosen, error }: Props) {
  return (
    <fieldset className="kinds">
      <legend>{legend}</legend>
      {options.map(([value, words]) => (
        <label key={value} className="kind">
          <input type="radio" name={name} value={value} defaultChecked={value === chosen} />
          <span>{words}</span>
        </label>
      ))}
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  );
}
