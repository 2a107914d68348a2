import { LocalTime } from "@/components/local-time";
import type { Ticket, TicketStatus } from "@/lib/api/types.gen";
import { readTicketState } from "@/lib/reads";
import { CodeForm } from "./code-form";
import { FileForm } from "./file-form";

type Props = { ticket: Ticket; proofRequired: boolean };

/** What the buyer of one's own ticket gets: the file or the code of it. */
export async function FilePanel({ ticket, proofRequired }: Props) {
  const { id, status, hasFile, filePromised } = ticket;
  const dueAt = hasFile ? undefined : await dueAtOf(ticket);
  const before = proofRequired ? required : filePromised ? promised : missing;
  const whatIsMissing = dueAt ? due : before[status];
  const words = hasFile ? attached[status] : whatIsMissing;
  if (!words) return null;
  return (
    <section className="panel" aria-labelledby="ticket-itself">
      <h2 id="ticket-itself">The ticket itself</h2>
      <p>{words}</p>
      {dueAt && <Moment what="Due" iso={dueAt} />}
      {status === "sold" && ticket.orderId && <AfterTheSale orderId={ticket.orderId} />}
      {(status === "available" || dueAt) && (
        <>
          <FileForm id={id} isAnother={hasFile === true} />
          <CodeForm id={id} />
        </>
      )}
    </section>
  );
}

/** Until when the seller of a sold ticket has to attach it, if that is so. */
async function dueAtOf({ status, orderId }: Ticket): Promise<string | undefined> {
  if (status !== "sold" || !orderId) return undefined;
  const found = await readTicketState(orderId);
  return found.outcome === "ok" ? found.ticket.dueAt : undefined;
}

/** When the buyer was shown the ticket, and since when it is erased, as far as that has happened. */
async function AfterTheSale({ orderId }: { orderId: string }) {
  const found = await readTicketState(orderId);
  const { revealedAt, erasedAt } = found.outcome === "ok" ? found.ticket : {};
  return (
    <>
      {revealedAt && <Moment what="Shown to the buyer" iso={revealedAt} />}
      {erasedAt && <Moment what="Erased here" iso={erasedAt} />}
    </>
  );
}

const Moment = ({ what, iso }: { what: string; iso: string }) => (
  <p className="lead">
    <span>{`${what} `}</span>
    <LocalTime iso={iso} />
  </p>
);

type Words = Partial<Record<TicketStatus, string>>;

const attached: Words = {
  available:
    "It is attached. Only its buyer gets it, after paying. You can replace it until a buyer has " +
    "reserved the ticket.",
  reserved: "It is attached. It cannot be replaced while a buyer has reserved the ticket.",
  sold: "Its buyer gets what you attached.",
};

const due =
  "It is sold, and nothing is attached. Attach it in time: otherwise its buyer gets the money back " +
  "by itself, and the sale is over.";

const missing: Words = {
  available:
    "Attach it, so that its buyer has it right after paying. Other people cannot get it, and it " +
    "is kept encrypted.",
  reserved: "Nothing is attached, and nothing can be while a buyer has reserved the ticket.",
};

const promised: Words = {
  available:
    "You have promised it to your buyer after the sale. You can also attach it now. Other people " +
    "cannot get it, and it is kept encrypted.",
  reserved:
    "You have promised it to your buyer after the sale. Nothing can be attached while a buyer has " +
    "reserved the ticket.",
};

const required: Words = {
  available:
    "Attach it, so that its buyer has it right after paying. If it is sold before, you have a day at " +
    "most for that: otherwise its buyer gets the money back by itself. Other people cannot get it, " +
    "and it is kept encrypted.",
  reserved:
    "Nothing is attached, and nothing can be while a buyer has reserved the ticket. Once it is sold, " +
    "you have a day at most to attach it.",
};
