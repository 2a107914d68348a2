import { ConfirmForm } from "@/components/confirm-form";
import { lostWords } from "@/lib/lost-words";
import { cancelShowAction } from "./actions";

export const CancelShow = ({ id }: { id: string }) => (
  <ConfirmForm
    action={cancelShowAction}
    lost={lostWords.cancelShow}
    question="Cancel the show"
    fields={{ id }}
    confirm="Yes, cancel the show"
    working="Cancelling it…"
  >
    Its page then says that it is cancelled, shows no tickets any more, and takes no new ones. None
    has been sold so far. You can take it back on this page.
  </ConfirmForm>
);
