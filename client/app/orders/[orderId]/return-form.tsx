import { ConfirmForm } from "@/components/confirm-form";
import { LocalTime } from "@/components/local-time";
import { Price } from "@/components/price";
import { lostWords } from "@/lib/lost-words";
import { returnTicketAction } from "../actions";
import { BeingConfirmed } from "./being-confirmed";

type Props = { orderId: string; amount: number; until: string; attempt: string };

export const ReturnForm = ({ orderId, amount, until, attempt }: Props) => (
  <ConfirmForm
    action={returnTicketAction}
    lost={lostWords.refund}
    question="Return this ticket"
    fields={{ orderId }}
    attempt={attempt}
    confirm={
      <span>
        Return it for <Price amount={amount} />
      </span>
    }
    working="Returning it…"
    awaited={<BeingConfirmed what="refund" />}
  >
    You get <Price amount={amount} /> back, on the card you paid with, and others can buy the ticket
    right away. This cannot be undone. Returns are open until <LocalTime iso={until} />.
  </ConfirmForm>
);
