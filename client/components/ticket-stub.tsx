import type { ReactElement } from "react";
import type { OrderedTicket } from "@/lib/api/types.gen";
import { formatPrice, formatSerial } from "@/lib/format";
import { Price } from "./price";
import { TicketTitle } from "./ticket-title";

type Props = {
  ticket: OrderedTicket;
  heading: "h1" | "h2";
  href?: string;
  badge: ReactElement;
  as?: "li" | "div";
};

/** A price of more characters, "$1,000.00", is smaller: it would take the name's room. */
const priceMax = 8;

/** A ticket as an object: the part you keep and, past the perforation, the part with the price. */
export function TicketStub({ ticket, heading, href, badge, as: Element = "div" }: Props) {
  const { id, title, price, section } = ticket;
  const isLong = formatPrice(price).length > priceMax;
  return (
    <Element className="stub">
      <div className="stub-body">
        <TicketTitle as={heading} title={title} href={href} />
        {section && (
          <p>
            <bdi>{section}</bdi>
          </p>
        )}
        <div className="stub-foot">
          {badge}
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
