"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useRef } from "react";
import { browserCaller } from "@/lib/api/browser";
import { currentUser } from "@/lib/api/users";

const againMs = 3_000;

/** Renders the page again as soon as the API answers. Without a connection the router would load the
 *  address again, and the browser's own error page would take the place of this page and its input. */
export function useRefresh(): () => Promise<void> {
  const router = useRouter();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
      clearTimeout(timer.current);
    };
  }, []);
  return useCallback(
    async function refresh() {
      clearTimeout(timer.current);
      const { outcome } = await currentUser(browserCaller);
      if (isGone.current) return;
      if (outcome === "ok") router.refresh();
      else timer.current = setTimeout(() => void refresh(), againMs);
    },
    [router],
  );
}
