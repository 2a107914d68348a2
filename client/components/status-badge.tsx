import type { Order, Ticket, TicketStatus } from "@/lib/api/types.gen";

export const ticketWords: Record<TicketStatus, string> = {
  available: "For sale",
  reserved: "Reserved",
  sold: "Sold",
  withdrawn: "Withdrawn",
  lapsed: "Show has begun",
};

export function TicketBadge({ status }: Pick<Ticket, "status">) {
  return <span className={`badge badge-${status}`}>{ticketWords[status]}</span>;
}

export type OrderOutcome = "waiting" | "complete" | "expired" | "cancelled" | "failed" | "refunded";

export function outcomeOf({ status, reason }: Pick<Order, "status" | "reason">): OrderOutcome {
  if (status === "created") return "waiting";
  if (status === "complete") return "complete";
  switch (reason) {
    case "expired":
      return "expired";
    case "payment_failed":
      return "failed";
    case "refunded":
      return "refunded";
    default:
      return "cancelled";
  }
}

export const orderWords: Record<OrderOutcome, string> = {
  waiting: "To pay",
  complete: "Complete",
  expired: "Expired",
  cancelled: "Cancelled",
  failed: "Payment failed",
  refunded: "Refunded",
};

export function OrderBadge({ order }: { order: Order }) {
  const outcome = outcomeOf(order);
  return <span className={`badge badge-${outcome}`}>{orderWords[outcome]}</span>;
}
