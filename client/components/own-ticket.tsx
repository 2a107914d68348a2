import type { ReactElement } from "react";
import { LocalTime } from "./local-time";
import { Price } from "./price";
import { TicketTitle } from "./ticket-title";

type Props = {
  /** Of the row, where a link leads to it. */
  id?: string;
  ticketId: string;
  title: string;
  price: number;
  /** "Listed", "Sold". */
  what: string;
  at: string;
  badges: ReactElement;
  /** What the seller can do about it. */
  children?: ReactElement | false;
};

/** One of the caller's own tickets in a list. */
export function OwnTicket({ id, ticketId, title, price, what, at, badges, children }: Props) {
  return (
    <li id={id} className="order-row">
      <div className="order-line">
        <TicketTitle as="h2" title={title} href={`/tickets/${ticketId}`} />
        <span className="order-price">
          <Price amount={price} />
        </span>
      </div>
      <div className="order-line">
        <span className="order-date">
          <span>{`${what} `}</span>
          <LocalTime iso={at} />
        </span>
        {badges}
      </div>
      {children}
    </li>
  );
}
