import type { Metadata } from "next";
import { ticketWords } from "@/components/status-badge";
import type { Ticket, TicketStatus } from "@/lib/api/types.gen";
import { purpose } from "@/lib/brand";
import { formatPrice } from "@/lib/format";
import { described } from "@/lib/metadata";

const notForSale: readonly TicketStatus[] = ["sold", "withdrawn", "lapsed"];

export function ticketMetadata({ id, title, price, status }: Ticket): Metadata {
  const description = `${formatPrice(price)} · ${ticketWords[status]}. ${purpose}`;
  return {
    title,
    ...described({ title, description, path: `/tickets/${id}` }),
    // A ticket that cannot be bought should not be found by search engines.
    ...(notForSale.includes(status) ? { robots: { index: false } } : {}),
  };
}
