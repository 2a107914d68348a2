import { ConfirmForm } from "@/components/confirm-form";
import { lostWords } from "@/lib/lost-words";
import { showTicketAction } from "../actions";

export const ShowTicketForm = ({ orderId }: { orderId: string }) => (
  <ConfirmForm
    action={showTicketAction}
    lost={lostWords.show}
    question="Show ticket"
    fields={{ orderId }}
    confirm="Yes, show it to me"
    working="Opening it…"
    look="primary"
  >
    You then have the code, and can show it at the door as often as you need it. From that moment on
    the ticket cannot be returned for its money.
  </ConfirmForm>
);
