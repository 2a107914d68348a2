import { type Neighbours, neighboursOf, type PageQuery, searchOf } from "./paging.ts";
import { type Caller, failure, type NotFound, type Refused, send } from "./transport.ts";
import { type SignedOut, type Throttled, type Unavailable } from "./transport.ts";
import type { Order, OrderInput } from "./types.gen.ts";

/** As many as a page of tickets has; without a limit the API sends more at once. */
const pageSize = 24;

const pathOf = (id: string) => `/api/orders/${encodeURIComponent(id)}`;

export async function listOrders(
  caller: Caller,
  { cursor }: PageQuery = {},
): Promise<({ outcome: "ok"; orders: Order[] } & Neighbours) | Refused | SignedOut | Unavailable> {
  const reply = await send(caller, { path: `/api/orders${searchOf({ limit: pageSize, cursor })}` });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused", "signed_out");
  return { outcome: "ok", orders: reply.body as Order[], ...neighboursOf(reply.headers) };
}

/** `signed_out` also means that the order belongs to another user: the API does not say which. */
export async function getOrder(
  caller: Caller,
  id: string,
): Promise<{ outcome: "ok"; order: Order } | SignedOut | NotFound | Unavailable> {
  const reply = await send(caller, { path: pathOf(id) });
  if (!reply.reached || reply.status !== 200) return failure(reply, "signed_out", "not_found");
  return { outcome: "ok", order: reply.body as Order };
}

export async function createOrder(
  caller: Caller,
  body: OrderInput,
  idempotencyKey: string,
): Promise<
  { outcome: "ok"; order: Order } | Refused | SignedOut | NotFound | Throttled | Unavailable
> {
  const path = "/api/orders";
  const reply = await send(caller, { method: "POST", path, body, idempotencyKey });
  if (!reply.reached || reply.status !== 201)
    return failure(reply, "refused", "signed_out", "not_found", "throttled");
  return { outcome: "ok", order: reply.body as Order };
}

export async function cancelOrder(
  caller: Caller,
  id: string,
): Promise<{ outcome: "ok" } | Refused | SignedOut | NotFound | Throttled | Unavailable> {
  const reply = await send(caller, { method: "DELETE", path: pathOf(id) });
  if (!reply.reached || reply.status !== 204)
    return failure(reply, "refused", "signed_out", "not_found", "throttled");
  return { outcome: "ok" };
}
