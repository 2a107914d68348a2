import type { TicketCode } from "@/lib/api/types.gen";
import { codeSvg, isBinary } from "@/lib/code-svg";
import { formatNames } from "@/lib/ticket-upload";

type Props = { codes: TicketCode[]; hasFile: boolean };

/** The codes, one below the other, drawn here so that none needs script. */
export function Codes({ codes, hasFile }: Props) {
  if (codes.length === 0)
    return <p>This ticket is a file without a code that we can read. Save it, and show that.</p>;
  return (
    <ol className="codes" aria-label="Codes of the ticket">
      {codes.map((code, index) => (
        <li key={index} className={`code code-${code.format}`}>
          {codes.length > 1 && <h2>{`Code ${index + 1} of ${codes.length}`}</h2>}
          <Drawing code={code} hasFile={hasFile} />
          {!isBinary(code.text) && (
            <p className="code-text" translate="no">
              {code.text}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

function Drawing({ code, hasFile }: { code: TicketCode; hasFile: boolean }) {
  const svg = codeSvg(code);
  if (!svg)
    return (
      <p>
        {hasFile
          ? "This code cannot be drawn here. Save the file, and show that."
          : "This code cannot be drawn here. Show its text."}
      </p>
    );
  return (
    <div
      className="code-drawing"
      role="img"
      aria-label={formatNames[code.format]}
      dangerouslySetInnerHTML={{ __html: svg }}
    />
  );
}
