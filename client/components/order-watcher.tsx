"use client";

import { useEffect } from "react";
import { browserCaller } from "@/lib/api/browser";
import { getOrder } from "@/lib/api/orders";
import { followOrder } from "@/lib/api/streams";
import type { Order } from "@/lib/api/types.gen";
import { refreshSession } from "@/lib/api/users";
import { useRefresh } from "./use-refresh";

/** Renders the page again, on the server, when its order has changed. */
export function OrderWatcher({ id, version }: Pick<Order, "id" | "version">) {
  const refresh = useRefresh();
  useEffect(() => {
    const consider = (order: Order) => {
      if (order.version > version) void refresh();
    };
    return followOrder(id, consider, async () => {
      const answer = await getOrder(browserCaller, id);
      if (answer.outcome === "ok") consider(answer.order);
      // A page left open outlives its access token; the next reading then succeeds.
      if (answer.outcome === "signed_out") await refreshSession(browserCaller);
    });
  }, [id, version, refresh]);
  return null;
}
