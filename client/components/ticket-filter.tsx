import { browsePath, type Shown } from "@/lib/search";
import { Choices } from "./choices";

const words: Record<Shown, string> = {
  available: "For sale",
  reserved: "Reserved",
  sold: "Sold",
  all: "All",
};

const choices = (Object.keys(words) as Shown[]).map((name) => ({
  name,
  words: words[name],
  path: browsePath({ status: name }),
}));

export const TicketFilter = ({ status }: { status: Shown }) => (
  <Choices label="Filter tickets" choices={choices} chosen={status} />
);
