import { redirect } from "next/navigation";
import { ListWatcher } from "@/components/list-watcher";
import { PageLink } from "@/components/page-link";
import { Pager } from "@/components/pager";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { watchOrders } from "@/components/watched-lists";
import { answerWith } from "@/lib/answer-status";
import { searchOf } from "@/lib/api/paging";
import { hidden } from "@/lib/metadata";
import { readOrders } from "@/lib/reads";
import { signInPath } from "@/lib/return-path";
import { pageQuery, type SearchParams } from "@/lib/search";
import { readSettings } from "@/lib/settings";
import NotFound from "../not-found";
import { OrderList } from "./order-list";

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
      <p>
        <PageLink className="button button-quiet" href="/orders/calendar">
          Your shows in your calendar
        </PageLink>
      </p>
      <ListWatcher {...watchOrders(answer.orders)} cursor={query.cursor} />
      <OrderList orders={answer.orders} />
      <Pager
        previous={answer.previous}
        next={answer.next}
        things="orders"
        pathOf={(cursor) => `/orders${searchOf({ cursor })}`}
      />
    </div>
  );
}
