"use client";

import { PageLink } from "@/components/page-link";
import { ShowTime } from "@/components/show-time";
import { SubmitButton } from "@/components/submit-button";
import type { Show } from "@/lib/api/types.gen";
import { lostWords } from "@/lib/lost-words";
import { Choices } from "../../show-choices";
import { showFields } from "@/lib/show-fields";
import { ShowForm } from "../../show-form";
import { editShowAction } from "./actions";

type Props = { show: Show; timeZones: string[]; values: Record<string, string> };

const plans: [string, string][] = [
  ["scheduled", "It takes place"],
  ["postponed", "It is postponed"],
];

export function EditForm({ show, timeZones, values }: Props) {
  return (
    <ShowForm
      action={editShowAction}
      lost={lostWords.editShow}
      fields={showFields}
      timeZones={timeZones}
      values={values}
      above={({ now, values }) => (
        <>
          {now && <Now {...now} />}
          <input type="hidden" name="id" value={show.id} />
          <input type="hidden" name="version" value={now?.version ?? show.version} />
          <Choices
            legend="Does it take place?"
            name="status"
            options={show.status === "cancelled" ? [...plans, ["cancelled", "No"]] : plans}
            chosen={values["status"]}
          />
        </>
      )}
    >
      <div className="row">
        <SubmitButton working="Saving…">Save changes</SubmitButton>
        <PageLink className="button button-quiet" href={`/shows/${show.id}`}>
          Back to the show
        </PageLink>
      </div>
    </ShowForm>
  );
}

/** The show as it is now, above what was typed instead. */
function Now(show: Show) {
  return (
    <div className="notice">
      <p>It is now:</p>
      <p>
        <strong>
          <bdi>{show.name}</bdi>
        </strong>
      </p>
      <p>
        <ShowTime show={show} named />
      </p>
      <p>
        <bdi>{`${show.venue.name}, ${show.venue.city}`}</bdi>
      </p>
      <p>“Save changes” replaces that with what is below.</p>
    </div>
  );
}
