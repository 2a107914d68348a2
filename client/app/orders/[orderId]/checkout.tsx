import { Countdown } from "@/components/countdown";
import { LocalTime } from "@/components/local-time";
import type { Order } from "@/lib/api/types.gen";
import { stripePublishableKey } from "@/lib/environment";
import { readKept } from "@/lib/reads";
import { CancelForm } from "./cancel-form";
import { PaymentElementForm } from "./payment-element-form";
import { TestCardForm } from "./test-card-form";

/** All there is to do about an order that waits for its payment. */
export async function Checkout({ order }: { order: Order }) {
  const publishableKey = stripePublishableKey();
  const kept = await readKept(`/orders/${order.id}`);
  const attempt = crypto.randomUUID();
  return (
    <>
      <Countdown expiresAt={order.expiresAt} createdAt={order.createdAt} renderedAt={Date.now()} />
      <p className="checkout-until">
        Pay by <LocalTime iso={order.expiresAt} />
      </p>
      {publishableKey ? (
        <PaymentElementForm order={order} attempt={attempt} publishableKey={publishableKey} />
      ) : (
        <TestCardForm order={order} attempt={attempt} kept={kept?.values} />
      )}
      <CancelForm orderId={order.id} />
    </>
  );
}
