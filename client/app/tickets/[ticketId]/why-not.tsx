import type { TicketStatus } from "@/lib/api/types.gen";

export type Viewer = "visitor" | "buyer" | "seller";
type Props = { status: TicketStatus; viewer: Viewer; hold: string };

/** The state of the ticket, for its viewer. */
export function WhyNot({ status, viewer, hold }: Props) {
  return <p>{viewer === "seller" ? toSeller[status] : toOthers(hold)[status]}</p>;
}

const toSeller: Record<TicketStatus, string> = {
  available: "You listed this ticket. It is for sale.",
  reserved: "A buyer has reserved this ticket. If they don’t pay in time it is for sale again.",
  sold: "You sold this ticket.",
  withdrawn: "You withdrew this ticket. It cannot be bought any more.",
  lapsed: "Its show began before it was sold. It cannot be bought any more.",
};

const toOthers = (hold: string): Record<TicketStatus, string> => ({
  available: `Buying holds it for you${hold} while you pay.`,
  reserved:
    "Another buyer has reserved this ticket. If they don’t pay in time it is for sale again, " +
    "and you will see it here.",
  sold: "This ticket is sold.",
  withdrawn: "The seller has withdrawn this ticket. It cannot be bought any more.",
  lapsed: "The show has begun. This ticket cannot be bought any more.",
});
