import type { ReactNode } from "react";
import { formatPrice, formatSerial } from "@/lib/format";

type Props = { id: string; title: ReactNode; price: number; badge: ReactNode; as?: "li" | "div" };

/** A price of more characters, "$1,000.00", is smaller: it would take the name's room. */
const priceMax = 8;

/** A ticket as an object: the part you keep and, past the perforation, the part with the price. */
export function TicketStub({ id, title, price, badge, as: Element = "div" }: Props) {
  const shownPrice = formatPrice(price);
  const isLong = shownPrice.length > priceMax;
  return (
    <Element className="stub">
      <div className="stub-body">
        {title}
        <div className="stub-foot">
          {badge}
          <span className="stub-serial" aria-hidden="true" translate="no">
            № {formatSerial(id)}
          </span>
        </div>
      </div>
      <div className={isLong ? "stub-price stub-price-long" : "stub-price"}>
        <span className="visually-hidden">Price </span>
        <span translate="no">{shownPrice}</span>
      </div>
    </Element>
  );
}
