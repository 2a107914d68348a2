import { EmptyState } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import type { Shown } from "@/lib/search";

/** The front page's list without tickets. `older`: not its first page. */
export function NoTickets({ status, older }: { status: Shown; older: boolean }) {
  return (
    <EmptyState
      title={older ? "No older tickets" : emptyTitles[status]}
      action={
        <PageLink className="button button-primary" href="/tickets/new">
          Sell a ticket
        </PageLink>
      }
    >
      {status === "available" || status === "all"
        ? "New tickets are announced here as they are listed. You can list one yourself."
        : "Most tickets are for sale: see the first of the filters. You can list one yourself."}
    </EmptyState>
  );
}

const emptyTitles: Record<Shown, string> = {
  available: "Nothing is for sale right now",
  reserved: "No ticket is reserved right now",
  sold: "No ticket is sold yet",
  all: "No tickets yet",
};
