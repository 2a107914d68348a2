import type { Settings } from "@/lib/api/types.gen";
import { forHold } from "@/lib/format";

/** What the shop does, above the list of the front page. */
export function Intro({ settings }: { settings: Settings | undefined }) {
  return (
    <div className="intro">
      <h1>Tickets from people who can’t make it</h1>
      <p>{`Reserve one${forHold(settings)} while you pay. Unpaid, it is for sale again.`}</p>
    </div>
  );
}
