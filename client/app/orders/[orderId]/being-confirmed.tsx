import { Notice } from "@/components/notice";

const sentences = {
  payment: "Your payment is being confirmed. This page changes by itself as soon as it is.",
  refund: "Your refund is being confirmed. This page changes by itself as soon as it is.",
};

/** For a payment whose bank has not answered yet. */
export function BeingConfirmed({ what }: { what: keyof typeof sentences }) {
  return (
    <Notice>
      <span>{sentences[what]}</span>{" "}
      <noscript>
        <a href="">Look again</a>
      </noscript>
    </Notice>
  );
}
