import type { TicketStatus } from "@/lib/api/types.gen";
import { browsePath } from "@/lib/search";
import { PageLink } from "./page-link";

const choices: { words: string; status?: TicketStatus }[] = [
  { words: "All" },
  { words: "For sale", status: "available" },
  { words: "Reserved", status: "reserved" },
  { words: "Sold", status: "sold" },
];

export function TicketFilter({ status }: { status?: TicketStatus | undefined }) {
  return (
    <nav aria-label="Filter tickets" className="filter">
      {choices.map((choice) => (
        <PageLink
          key={choice.words}
          href={browsePath({ status: choice.status })}
          aria-current={choice.status === status ? "page" : undefined}
        >
          {choice.words}
        </PageLink>
      ))}
    </nav>
  );
}
