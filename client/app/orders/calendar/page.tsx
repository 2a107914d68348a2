import { redirect } from "next/navigation";
import { ConfirmForm } from "@/components/confirm-form";
import { LocalTime } from "@/components/local-time";
import { PageLink } from "@/components/page-link";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { lostWords } from "@/lib/lost-words";
import { hidden } from "@/lib/metadata";
import { readCalendar } from "@/lib/reads";
import { signInPath } from "@/lib/return-path";
import { closeCalendarAction } from "./actions";
import { OpenForm } from "./open-form";

export const metadata = { title: "My calendar", ...hidden };

export default async function CalendarPage() {
  const answer = await readCalendar();
  if (answer.outcome === "signed_out") redirect(signInPath("/orders/calendar"));
  if (answer.outcome === "unavailable") return <ServiceUnavailable />;
  const since = answer.calendar.createdAt;
  return (
    <div className="narrow card">
      <h1>Your shows in your calendar</h1>
      <p className="lead">
        Your calendar program can show the shows that you have tickets for, and follow them when
        they move or are cancelled. It needs an address for that, which it asks about once an hour.
      </p>
      <p>
        Who has the address can see which shows you go to, without signing in. Give it to your
        calendar program only. If others may have it, make another: the one before ends.
      </p>
      {since && (
        <p className="notice">
          Your calendar has an address since <LocalTime iso={since} />.
        </p>
      )}
      <OpenForm isAnother={since !== undefined} />
      {since && (
        <ConfirmForm
          action={closeCalendarAction}
          lost={lostWords.closeCalendar}
          question="End the address"
          fields={{}}
          confirm="Yes, end it"
          working="Ending it…"
        >
          Calendar programs that have it show your shows no longer.
        </ConfirmForm>
      )}
      <p>
        <PageLink href="/orders">Back to my orders</PageLink>
      </p>
    </div>
  );
}
