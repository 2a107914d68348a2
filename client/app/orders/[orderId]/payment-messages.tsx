import { Complaint, Notice } from "@/components/notice";
import type { PaymentState } from "../actions";

/** `complaint` is what the browser itself found, before or after the API was asked. */
type Props = { state: PaymentState; complaint?: string | undefined };

export function PaymentMessages({ state, complaint }: Props) {
  return (
    <>
      <Complaint>{complaint ?? state.fields["token"] ?? state.message}</Complaint>
      {state.waiting && (
        <Notice>
          Your payment is being confirmed. This page changes by itself as soon as it is.{" "}
          <noscript>
            <a href="">Look again</a>
          </noscript>
        </Notice>
      )}
    </>
  );
}
