// The data of a ticket: the fields of its form, with the API's names. A new field is one more entry
// here; the form, its actions and the kept input use this list.
import type { ComponentProps } from "react";
import type { Field } from "@/components/field";
import type { Settings, Ticket } from "@/lib/api/types.gen";
import { textOf } from "@/lib/form-state";
import { priceRange, titleLimit } from "@/lib/format";

type TicketField = Omit<ComponentProps<typeof Field>, "hint"> & {
  name: keyof Ticket;
  hint?: (settings?: Settings) => string | undefined;
};

export const ticketFields: TicketField[] = [
  {
    name: "title",
    label: "What is it for?",
    hint: (settings) =>
      `The event, the date, the seat: what a buyer needs to know.${titleLimit(settings)}`,
    dir: "auto",
    required: true,
  },
  {
    name: "section",
    label: "Section (optional)",
    hint: () => "Such as “Balcony left”. At most 40 characters.",
    dir: "auto",
  },
  {
    name: "price",
    label: "Price",
    hint: priceRange,
    prefix: "$",
    inputMode: "decimal",
    required: true,
  },
];

export type TicketText = Record<string, string> & { title: string; price: string };

const textsBy = (read: (name: keyof Ticket) => string) =>
  Object.fromEntries(ticketFields.map(({ name }) => [name, read(name)])) as TicketText;

/** What was typed. The price is sent like that: the API reads decimal strings, so no float is
 *  needed. */
export function typedTicket(form: FormData): TicketText {
  const typed = textsBy((name) => textOf(form, name));
  return { ...typed, price: typed.price.replace(/^\$\s*/, "") };
}

/** What the form of a ticket begins with; empty without one. */
export const textsOfTicket = (ticket?: Ticket): TicketText =>
  textsBy(
    (name) => (name === "price" ? ticket?.price.toFixed(2) : ticket?.[name])?.toString() ?? "",
  );
