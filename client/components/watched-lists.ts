// What ListWatcher needs about each list of the user's own.
import type { Order, Sale, Ticket } from "@/lib/api/types.gen";
import { ordersStamp, salesStamp, ticketsStamp } from "@/lib/own-lists";
import { orderWords, outcomeOf, ticketWords } from "./status-badge";

export const watchTickets = (tickets: Ticket[]) => ({
  list: "tickets" as const,
  stamp: ticketsStamp(tickets),
  rows: tickets.map(({ id, title, status }) => ({ id, title, words: ticketWords[status] })),
});

export const watchSales = (sales: Sale[]) => ({
  list: "sales" as const,
  stamp: salesStamp(sales),
  rows: sales.map(({ orderId, ticket: { title } }) => ({
    id: orderId,
    title,
    words: ticketWords.sold,
  })),
});

/** An order that ends changes its ticket, and tickets have a stream. */
export const watchOrders = (orders: Order[]) => ({
  list: "orders" as const,
  stamp: ordersStamp(orders),
  rows: orders.map((order) => ({
    id: order.id,
    title: order.ticket.title,
    words: orderWords[outcomeOf(order)],
  })),
  ticketIds: orders.map(({ ticket }) => ticket.id),
});
