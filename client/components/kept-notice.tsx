"use client";

import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";
import type { KeptInput } from "@/lib/kept-input";
import { Notice } from "./notice";

const words = {
  signed_out: "You are signed in again. What you typed is still here: check it, then send it.",
  older_page:
    "This page was older than the shop, so it was loaded again. Nothing was sent. " +
    "Check what is here, then press the button again.",
};

/** Says on the page whose input was kept that it was, and why, until the form is sent again. */
export function KeptNotice({ kept }: { kept: Pick<KeptInput, "path" | "why"> | undefined }) {
  const isHere = usePathname() === kept?.path;
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    if (!isHere) return;
    const end = () => setOver(true);
    document.addEventListener("submit", end);
    return () => {
      document.removeEventListener("submit", end);
      end();
    };
  }, [isHere]);
  if (!kept || !isHere || isOver) return null;
  return (
    <div role="status" className="kept">
      <Notice>{words[kept.why]}</Notice>
    </div>
  );
}
