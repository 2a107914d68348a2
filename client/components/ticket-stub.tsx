import type { ReactElement } from "react";
import type { OrderedTicket, Ticket } from "@/lib/api/types.gen";
import { formatPrice, formatSerial } from "@/lib/format";
import { seatOf } from "@/lib/seat";
import { Price } from "./price";
import { TicketTitle } from "./ticket-title";

type Props = {
  ticket: OrderedTicket & Pick<Ticket, "hasFile">;
  heading: "h1" | "h2";
  href?: string;
  badge: ReactElement;
  as?: "li" | "div";
  /** Among tickets of the same name: the place is what tells them apart. */
  byPlace?: boolean;
  /** What the ticket is for. */
  children?: ReactElement | undefined;
};

/** A price of more characters, "$1,000.00", is smaller: it would take the name's room. */
const priceMax = 8;

/** A ticket as an object: the part you keep and, past the perforation, the part with the price. */
export function TicketStub({ ticket, heading, href, badge, byPlace, children, ...rest }: Props) {
  const { as: Element = "div" } = rest;
  const { id, title, price, faceValue, restrictions } = ticket;
  const isLong = formatPrice(price).length > priceMax;
  const seat = seatOf(ticket);
  const name = byPlace && seat ? seat : title;
  const lines = [
    name === seat ? "" : seat,
    faceValue ? `Face value ${formatPrice(faceValue)}` : "",
    restrictions ?? "",
  ];
  return (
    <Element className="stub">
      <div className="stub-body">
        <div className="stub-words">
          <TicketTitle as={heading} title={name} href={href} />
          {children}
          {lines.map(
            (line, index) =>
              line && (
                <p key={index}>
                  <bdi>{line}</bdi>
                </p>
              ),
          )}
        </div>
        <div className="stub-foot">
          {badge}
          {ticket.hasFile && <span className="badge badge-attached">Ticket attached</span>}
          <span className="stub-serial" aria-hidden="true" translate="no">
            {`№ ${formatSerial(id)}`}
          </span>
        </div>
      </div>
      <div className={isLong ? "stub-price stub-price-long" : "stub-price"}>
        <span className="visually-hidden">Price </span>
        <Price amount={price} />
      </div>
    </Element>
  );
}
