import { redirect } from "next/navigation";
import { LocalTime } from "@/components/local-time";
import { EmptyState } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { Price } from "@/components/price";
import { Pager } from "@/components/pager";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { OrderBadge } from "@/components/status-badge";
import { TicketTitle } from "@/components/ticket-title";
import { answerWith } from "@/lib/answer-status";
import { searchOf } from "@/lib/api/paging";
import { hidden } from "@/lib/metadata";
import { readOrders } from "@/lib/reads";
import { signInPath } from "@/lib/return-path";
import { pageQuery, type SearchParams } from "@/lib/search";
import { readSettings } from "@/lib/settings";
import NotFound from "../not-found";

export const metadata = { title: "My orders", ...hidden };

type Props = { searchParams: Promise<SearchParams> };

export default async function Orders({ searchParams }: Props) {
  const query = pageQuery(await searchParams);
  const [answer, settings] = await Promise.all([readOrders(query), readSettings()]);
  if (answer.outcome === "signed_out") redirect(signInPath("/orders"));
  if (answer.outcome === "unavailable") return <ServiceUnavailable />;
  if (answer.outcome === "refused") {
    answerWith(404);
    return <NotFound />;
  }
  if (query.cursor && !answer.previous) redirect("/orders");
  return (
    <div className="orders">
      <h1>My orders</h1>
      {settings && settings.liveOrdersMax > 0 && (
        <p className="lead">{`At most ${settings.liveOrdersMax} unpaid orders at a time.`}</p>
      )}
      {answer.orders.length === 0 && (
        <EmptyState
          title="Nothing ordered yet"
          action={
            <PageLink className="button button-primary" href="/">
              Browse tickets
            </PageLink>
          }
        >
          Find something you would like to go to, and press Buy.
        </EmptyState>
      )}
      <ul className="order-list" hidden={answer.orders.length === 0}>
        {answer.orders.map((order) => (
          <li key={order.id} className="order-row">
            <div className="order-line">
              <TicketTitle as="h2" title={order.ticket.title} href={`/orders/${order.id}`} />
              <span className="order-price">
                <Price amount={order.ticket.price} />
              </span>
            </div>
            <div className="order-line">
              <span className="order-date">
                <LocalTime iso={order.createdAt} />
              </span>
              <OrderBadge order={order} />
            </div>
          </li>
        ))}
      </ul>
      <Pager previous={answer.previous} next={answer.next} things="orders" pathOf={(cursor) => `/orders${searchOf({ cursor })}`} />
    </div>
  );
}
