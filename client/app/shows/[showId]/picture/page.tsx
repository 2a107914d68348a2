import { ConfirmForm } from "@/components/confirm-form";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { ShowPicture } from "@/components/show-picture";
import { answerWith } from "@/lib/answer-status";
import { lostWords } from "@/lib/lost-words";
import { hidden } from "@/lib/metadata";
import { readShow, requireUser } from "@/lib/reads";
import { whyNotEdited } from "@/lib/show-words";
import { NotEdited } from "../not-edited";
import ShowNotFound from "../not-found";
import { removePictureAction } from "./actions";
import { PictureForm } from "./picture-form";

type Props = { params: Promise<{ showId: string }> };

export const metadata = { title: "Picture of a show", ...hidden };

export default async function PicturePage({ params }: Props) {
  const { showId } = await params;
  const path = `/shows/${showId}/picture`;
  const caller = await requireUser(path);
  if (caller.outcome === "unavailable") return <ServiceUnavailable />;
  const found = await readShow(showId);
  if (found.outcome === "unavailable") return <ServiceUnavailable />;
  if (found.outcome === "not_found") {
    answerWith(404);
    return <ShowNotFound />;
  }
  const { show } = found;
  const title = show.poster ? "Change the picture" : "Add a picture";
  const isMine = show.userId === caller.user.id;
  const why = whyNotEdited(show, caller.user);
  if (why) return <NotEdited show={show} isMine={isMine} title={title} why={why} />;
  return (
    <div className="narrow card picture-page">
      <h1>{title}</h1>
      <p className="lead">
        Of <bdi>{show.name}</bdi>. Without a picture, this page draws one from the name.
      </p>
      <ShowPicture show={show} sizes="(max-width: 40rem) 90vw, 30rem" isFirst />
      <PictureForm id={show.id} />
      {show.poster && (
        <ConfirmForm
          action={removePictureAction}
          lost={lostWords.picture}
          question="Remove the picture"
          fields={{ id: show.id }}
          confirm="Yes, remove it"
          working="Removing it…"
        >
          The show then has a picture that is drawn from its name.
        </ConfirmForm>
      )}
    </div>
  );
}
