import { Notice } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { answerWith } from "@/lib/answer-status";
import type { Show } from "@/lib/api/types.gen";

type Props = { show: Show; isMine: boolean; title: string; why: string };

/** In the place of a form that changes the show. */
export function NotEdited({ show, isMine, title, why }: Props) {
  if (!isMine) answerWith(403);
  return (
    <div className="narrow card">
      <h1>{title}</h1>
      <Notice>{why}</Notice>
      <PageLink className="button button-quiet" href={`/shows/${show.id}`}>
        Back to the show
      </PageLink>
    </div>
  );
}
