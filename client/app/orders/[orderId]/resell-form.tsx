import { ConfirmForm } from "@/components/confirm-form";
import { lostWords } from "@/lib/lost-words";
import { resellTicketAction } from "../actions";

export const ResellForm = ({ orderId }: { orderId: string }) => (
  <ConfirmForm
    action={resellTicketAction}
    lost={lostWords.resell}
    question="Sell it again"
    fields={{ orderId }}
    confirm="Yes, list it for what I paid"
    working="Listing it…"
  >
    You can change the price afterwards. While it is listed it is neither shown to you nor returned
    for its money. Withdraw it, and you have it back.
  </ConfirmForm>
);
