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
  // eslint-disable-next-line react-hooks/purity -- rendered once, on the server, whose time it passes on
  const deadline = { expiresAt: order.expiresAt, renderedAt: Date.now() };
  return (
    <>
      <Countdown createdAt={order.createdAt} {...deadline} />
      <p className="checkout-until">
        Pay by <LocalTime iso={order.expiresAt} />
      </p>
      {publishableKey ? (
        <PaymentElementForm {...{ order, attempt, deadline, publishableKey }} />
      ) : (
        <TestCardForm {...{ order, attempt, deadline }} kept={kept?.values} />
      )}
      <CancelForm orderId={order.id} deadline={deadline} />
    </>
  );
}
