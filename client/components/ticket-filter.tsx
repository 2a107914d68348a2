import { browsePath, type Shown } from "@/lib/search";
import { PageLink } from "./page-link";

const choices: { words: string; status: Shown }[] = [
  { words: "For sale", status: "available" },
  { words: "Reserved", status: "reserved" },
  { words: "Sold", status: "sold" },
  { words: "All", status: "all" },
];

export function TicketFilter({ status }: { status: Shown }) {
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
