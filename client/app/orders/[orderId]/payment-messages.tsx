import { Complaint } from "@/components/notice";
import type { PaymentState } from "../actions";
import { BeingConfirmed } from "./being-confirmed";

/** `complaint` is what the browser itself found, before or after the API was asked. */
type Props = { state: PaymentState; complaint?: string | undefined };

export function PaymentMessages({ state, complaint }: Props) {
  return (
    <>
      <Complaint>{complaint ?? state.fields["token"] ?? state.message}</Complaint>
      {state.waiting && <BeingConfirmed what="payment" />}
    </>
  );
}
