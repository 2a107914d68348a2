// The data of a ticket: the fields of its form, with the API's names. A new field is one more entry
// here; the form, its actions and the kept input use this list.
import type { ComponentProps } from "react";
import type { Field } from "@/components/field";
import type { Settings, Ticket, TicketInput } from "@/lib/api/types.gen";
import { textOf } from "@/lib/form-state";
import { priceRange, titleLimit } from "@/lib/format";

type TicketField = Omit<ComponentProps<typeof Field>, "hint"> & {
  name: keyof Ticket;
  hint?: (settings?: Settings) => string | undefined;
  /** Only of a ticket for a show, whose name is the ticket's, or only of one for none. */
  only?: "show" | "line";
};

const ticketFields: TicketField[] = [
  {
    name: "title",
    label: "What is it for?",
    hint: (settings) =>
      `The event, the date, the seat: what a buyer needs to know.${titleLimit(settings)}`,
    dir: "auto",
    required: true,
    only: "line",
  },
  {
    name: "section",
    label: "Section (optional)",
    hint: () => "Such as “Balcony left”. At most 40 characters.",
    dir: "auto",
  },
  { name: "row", label: "Row (optional)", dir: "auto", only: "show" },
  { name: "seat", label: "Seat (optional)", dir: "auto", only: "show" },
  {
    name: "price",
    label: "Price",
    hint: priceRange,
    prefix: "$",
    inputMode: "decimal",
    required: true,
  },
  {
    name: "faceValue",
    label: "Face value (optional)",
    hint: () => "The price that is printed on the ticket.",
    prefix: "$",
    inputMode: "decimal",
    only: "show",
  },
  {
    name: "restrictions",
    label: "Restrictions (optional)",
    hint: () => "Such as a limited view, or an age limit.",
    dir: "auto",
    only: "show",
  },
  {
    name: "filePromised",
    label: "I give the ticket itself after the sale",
    hint: (settings) =>
      (settings?.proofRequired
        ? "Each ticket has to be given here, also where this is not ticked. "
        : "") +
      "You have a day to attach its file or code, or until 36 hours before the event if that is " +
      "sooner, and an hour at least. If you are late, your buyer gets the whole price back by " +
      "itself, and the sale is over.",
    type: "checkbox",
  },
];

/** How many tickets alike a new listing makes. */
export const quantityField: ComponentProps<typeof Field> = {
  name: "quantity",
  label: "How many tickets?",
  hint: "From 1 to 10 that are alike. Each is sold on its own.",
  inputMode: "numeric",
  required: true,
};

export const fieldsOf = (isOfShow: boolean): TicketField[] =>
  ticketFields.filter(({ only }) => only !== (isOfShow ? "line" : "show"));

export type TicketText = Record<string, string> & { title: string; price: string };

/** What was typed. Amounts are sent like that: the API reads decimal strings, so no float is
 *  needed. */
export function typedTicket(form: FormData): TicketText {
  const isOfShow = form.has("showId");
  const typed = fieldsOf(isOfShow).map(({ name, prefix }) => {
    const text = textOf(form, name);
    return [name, prefix ? text.replace(/^\$\s*/, "") : text];
  });
  return { title: textOf(form, "title"), price: "", ...Object.fromEntries(typed) };
}

/** As the API takes it: one ticket is no lot. What is no number is 0, which the API refuses. */
export const quantityOf = (text: string): { quantity?: number } =>
  text === "" || text === "1" ? {} : { quantity: /^\d+$/.test(text) ? Number(text) : 0 };

/** As the API takes it: no face value is null, and a box is ticked or not. */
export const inputOf = ({ faceValue, filePromised, ...typed }: TicketText): TicketInput => ({
  ...typed,
  filePromised: Boolean(filePromised),
  ...(faceValue === undefined ? {} : { faceValue: faceValue || null }),
});

/** What the form of a ticket begins with: what was typed before, else the ticket, else nothing. */
export function textsToBegin(
  ticket?: Ticket,
  kept?: Record<string, string>,
): Record<string, string> {
  const texts = ticketFields.map(({ name, prefix, type }) => {
    const value = ticket?.[name];
    // Of a box that is not ticked nothing is kept.
    if (type === "checkbox" && kept) return [name, ""];
    return [name, prefix && value ? Number(value).toFixed(2) : (value?.toString() ?? "")];
  });
  return { ...(Object.fromEntries(texts) as Record<string, string>), ...kept };
}
