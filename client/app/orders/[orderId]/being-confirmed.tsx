import { Notice } from "@/components/notice";

/** For what a bank has been asked and has not answered yet. */
export function BeingConfirmed({ what }: { what: "payment" | "refund" }) {
  return (
    <Notice>
      Your {what} is being confirmed. This page changes by itself as soon as it is.{" "}
      <noscript>
        <a href="">Look again</a>
      </noscript>
    </Notice>
  );
}
