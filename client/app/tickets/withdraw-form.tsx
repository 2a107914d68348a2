import { ConfirmForm } from "@/components/confirm-form";
import { lostWords } from "@/lib/lost-words";
import { withdrawTicketAction } from "./actions";

/** `back` is where to go afterwards. */
export const WithdrawForm = ({ id, back }: { id: string; back: string }) => (
  <ConfirmForm
    action={withdrawTicketAction}
    lost={lostWords.withdraw}
    question="Withdraw"
    fields={{ id, back }}
    confirm="Yes, withdraw it"
    working="Withdrawing it…"
  >
    The ticket can no longer be bought. This cannot be undone, but you can list it again.
  </ConfirmForm>
);
