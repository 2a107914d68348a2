// A summary of what a list of the user's own shows. A page is rendered again when its summary has
// changed.
import { browserCaller } from "./api/browser.ts";
import { listOrders } from "./api/orders.ts";
import { listOwnTickets, listSales } from "./api/tickets.ts";
import type { Order, Sale, Ticket } from "./api/types.gen.ts";

export type OwnList = "tickets" | "sales" | "orders";

const stampOf = (things: { id: string; version: number }[]) =>
  things.map(({ id, version }) => `${id} ${version}`).join();

export const ticketsStamp = (tickets: Ticket[]) => stampOf(tickets);
export const ordersStamp = (orders: Order[]) => stampOf(orders);
/** What was sold never changes. */
export const salesStamp = (sales: Sale[]) => sales.map(({ orderId }) => orderId).join();

/** The element of a row, for the keyboard to go on at. */
export const rowId = (id: string) => `row-${id}`;

/** Nothing without an answer of the API. */
export async function readStamp(
  list: OwnList,
  cursor: string | undefined,
): Promise<string | undefined> {
  switch (list) {
    case "tickets": {
      const answer = await listOwnTickets(browserCaller, { cursor });
      return answer.outcome === "ok" ? ticketsStamp(answer.tickets) : undefined;
    }
    case "sales": {
      const answer = await listSales(browserCaller, { cursor });
      return answer.outcome === "ok" ? salesStamp(answer.sales) : undefined;
    }
    case "orders": {
      const answer = await listOrders(browserCaller, { cursor });
      return answer.outcome === "ok" ? ordersStamp(answer.orders) : undefined;
    }
  }
}
