"use client";

import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { browserCaller } from "@/lib/api/browser";
import { currentUser } from "@/lib/api/users";

/** Renders the page anew if the API answers. Without a connection the router would load the address
 *  again, and the browser's own error page would take the place of this page and its input. */
export function useRefresh(): () => Promise<void> {
  const router = useRouter();
  return useCallback(async () => {
    const { outcome } = await currentUser(browserCaller);
    if (outcome === "ok") router.refresh();
  }, [router]);
}
