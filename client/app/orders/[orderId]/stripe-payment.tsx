"use client";

import { Elements, PaymentElement, useElements, useStripe } from "@stripe/react-stripe-js";
import { loadStripe } from "@stripe/stripe-js/pure";
import { type FormEvent, startTransition, useEffect, useMemo, useState } from "react";
import { Complaint } from "@/components/notice";
import { Price } from "@/components/price";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { type Deadline, useSecondsLeft } from "@/components/use-seconds-left";
import type { Order } from "@/lib/api/types.gen";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { payAction, type PaymentState } from "../actions";
import { PaymentMessages } from "./payment-messages";

type Props = { order: Order; attempt: string; deadline: Deadline; publishableKey: string };

/** Stripe's Payment Element. Card data goes from its frame to Stripe; we only see the id of the
 *  payment method that it makes of them. */
export default function StripePayment({ publishableKey, ...rest }: Props) {
  const [failed, setFailed] = useState(false);
  const [stripe] = useState(() =>
    loadStripe(publishableKey).catch(() => {
      setFailed(true);
      return null;
    }),
  );
  const amount = Math.round(rest.order.ticket.price * 100);
  const options = useMemo(
    () =>
      ({
        mode: "payment",
        amount,
        currency: "usd",
        captureMethod: "manual",
        paymentMethodCreation: "manual",
      }) as const,
    [amount],
  );
  if (failed)
    return (
      <Complaint>
        The payment form could not be loaded. Check your connection, then reload this page.
      </Complaint>
    );
  return (
    <Elements stripe={stripe} options={options}>
      <CardForm {...rest} />
    </Elements>
  );
}

function CardForm({ order, attempt, deadline }: Omit<Props, "publishableKey">) {
  const stripe = useStripe();
  const elements = useElements();
  const initial: PaymentState = blankForm(attempt);
  const { state, formAction, pending, form } = useForm(payAction, initial, {
    lost: lostWords.pay,
  });
  const [complaint, setComplaint] = useState<string>();
  const [checking, setChecking] = useState(false);
  // The attempt that the bank or the buyer has refused.
  const [refused, setRefused] = useState<string>();
  const confirming = checking || (!!state.clientSecret && refused !== state.attempt);

  useEffect(() => {
    if (!stripe || !state.clientSecret) return;
    void stripe.handleNextAction({ clientSecret: state.clientSecret }).then(({ error }) => {
      // Without an error the order's stream brings the outcome, and the page changes.
      setComplaint(error?.message);
      if (error) setRefused(state.attempt);
    });
    // Each answer that needs the bank's confirmation has a secret and an attempt of its own.
  }, [stripe, state.clientSecret, state.attempt]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!stripe || !elements || pending || confirming) return;
    const form = new FormData(event.currentTarget);
    setComplaint(undefined);
    setChecking(true);
    const valid = await elements.submit();
    const made = valid.error ? valid : await stripe.createPaymentMethod({ elements });
    setChecking(false);
    if (made.error || !("paymentMethod" in made))
      return setComplaint(made.error?.message ?? "Check the card’s details.");
    form.set("paymentMethodId", made.paymentMethod.id);
    startTransition(() => formAction(form));
  }

  const isOver = useSecondsLeft(deadline) === 0;
  if (isOver && !pending && !confirming)
    return <PaymentMessages state={state} complaint={complaint} />;
  return (
    <form ref={form} onSubmit={submit} className="form">
      <PaymentMessages state={state} complaint={complaint} />
      <input type="hidden" name="orderId" value={order.id} />
      <input type="hidden" name="attempt" value={state.attempt} />
      <PaymentElement />
      <SubmitButton working="Paying…" busy={pending || confirming}>
        Pay <Price amount={order.ticket.price} />
      </SubmitButton>
    </form>
  );
}
