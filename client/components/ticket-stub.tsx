import type { ReactNode } from "react";
import { formatPrice, formatSerial } from "@/lib/format";

type Props = { id: string; title: ReactNode; price: number; badge: ReactNode; as?: "li" | "div" };

/** A ticket as an object: the part you keep and, past the perforation, the part with the price. */
export function TicketStub({ id, title, price, badge, as: Element = "div" }: Props) {
  return (
    <Element className="stub">
      <div className="stub-body">
        {title}
        <div className="stub-foot">
          {badge}
          <span className="stub-serial" aria-hidden="true">
            № {formatSerial(id)}
          </span>
        </div>
      </div>
      <div className="stub-price">
        <span className="visually-hidden">Price </span>
        {formatPrice(price)}
      </div>
    </Element>
  );
}
