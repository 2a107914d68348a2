import type { Order, Ticket } from "@/lib/api/types.gen";

const ticketWords = { available: "For sale", reserved: "Reserved", sold: "Sold" };

export function TicketBadge({ status }: Pick<Ticket, "status">) {
  return <span className={`badge badge-${status}`}>{ticketWords[status]}</span>;
}

export type OrderOutcome = "waiting" | "complete" | "expired" | "cancelled" | "failed";

export function outcomeOf({ status, reason }: Pick<Order, "status" | "reason">): OrderOutcome {
  if (status === "created") return "waiting";
  if (status === "complete") return "complete";
  if (reason === "expired") return "expired";
  return reason === "payment_failed" ? "failed" : "cancelled";
}

const orderWords: Record<OrderOutcome, string> = {
  waiting: "Awaiting payment",
  complete: "Complete",
  expired: "Expired",
  cancelled: "Cancelled",
  failed: "Payment failed",
};

export function OrderBadge({ order }: { order: Order }) {
  const outcome = outcomeOf(order);
  return <span className={`badge badge-${outcome}`}>{orderWords[outcome]}</span>;
}
