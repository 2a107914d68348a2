import { Notice } from "@/components/notice";
import { Price } from "@/components/price";
import type { Order } from "@/lib/api/types.gen";
import { readRefundable } from "@/lib/reads";
import { ReturnForm } from "./return-form";

type Props = {
  order: Order;
  /** The buyer was shown the ticket. */
  isShown: boolean;
  /** The buyer sells the ticket. */
  isListedAgain: boolean;
};

/** What was refunded of a paid order, and the form to get the rest while that is possible. Without an
 *  answer from payments nothing is shown: the order itself is complete. */
export async function RefundPanel({ order, isShown, isListedAgain }: Props) {
  const answer = await readRefundable(order.id);
  if (answer.outcome !== "ok") return null;
  const { refundable, refunding, refunded, until } = answer.refundable;
  return (
    <>
      {refunding > 0 && (
        <Notice>
          A refund of <Price amount={refunding} /> is being confirmed.
        </Notice>
      )}
      {refunded > 0 && (
        <p>
          <Price amount={refunded} /> of the price has been given back to you.
        </p>
      )}
      {isShown && (
        <p className="lead">You have seen the ticket, so it cannot be returned any more.</p>
      )}
      {!isShown && !isListedAgain && until && (
        <ReturnForm
          orderId={order.id}
          amount={refundable}
          until={until}
          attempt={crypto.randomUUID()}
        />
      )}
    </>
  );
}
