import { ServiceUnavailable } from "@/components/service-unavailable";
import { answerWith } from "@/lib/answer-status";
import { hidden } from "@/lib/metadata";
import { readKept, readShow, requireUser } from "@/lib/reads";
import { whyNotEdited } from "@/lib/show-words";
import { textsOfShow, timeZones } from "@/lib/show-fields";
import { NotEdited } from "../not-edited";
import ShowNotFound from "../not-found";
import { CancelShow } from "./cancel-show";
import { EditForm } from "./edit-form";

export const metadata = { title: "Change a show", ...hidden };

type Props = { params: Promise<{ showId: string }> };

export default async function EditShow({ params }: Props) {
  const { showId } = await params;
  const path = `/shows/${showId}/edit`;
  const caller = await requireUser(path);
  if (caller.outcome !== "ok") return <ServiceUnavailable />;
  const found = await readShow(showId);
  if (found.outcome === "unavailable") return <ServiceUnavailable />;
  if (found.outcome === "not_found") {
    answerWith(404);
    return <ShowNotFound />;
  }
  const { show } = found;
  const isMine = show.userId === caller.user.id;
  const why = whyNotEdited(show, caller.user);
  if (why) return <NotEdited show={show} isMine={isMine} title="Change the show" why={why} />;
  const kept = await readKept(path);
  const values = { ...textsOfShow(show), status: show.status, ...kept?.values };
  return (
    <div className="narrow card">
      <h1>Change the show</h1>
      <EditForm show={show} timeZones={timeZones} values={values} />
      {show.status !== "cancelled" && <CancelShow id={show.id} />}
    </div>
  );
}
