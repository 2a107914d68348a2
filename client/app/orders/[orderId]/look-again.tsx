"use client";

import { useEffect } from "react";
import { Notice } from "@/components/notice";
import { useRefresh } from "@/components/use-refresh";

const againMs = 2_000;

/** For a ticket that comes a moment after its payment. */
export function LookAgain() {
  const refresh = useRefresh();
  useEffect(() => {
    const timer = setInterval(() => void refresh(), againMs);
    return () => clearInterval(timer);
  }, [refresh]);
  return (
    <Notice>
      <span>
        The ticket itself is on its way. This page changes by itself as soon as it is here.
      </span>{" "}
      <noscript>
        <a href="">Look again</a>
      </noscript>
    </Notice>
  );
}
