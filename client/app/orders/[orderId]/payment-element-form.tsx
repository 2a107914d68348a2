"use client";

import dynamic from "next/dynamic";
import { Notice } from "@/components/notice";

/** Stripe's script and everything that speaks to it are only loaded where they are needed. */
export const PaymentElementForm = dynamic(() => import("./stripe-payment"), {
  ssr: false,
  loading: () => (
    <>
      <div className="bone bone-panel" />
      <noscript>
        <Notice>Paying by card needs JavaScript: your card’s data goes straight to Stripe.</Notice>
      </noscript>
    </>
  ),
});
