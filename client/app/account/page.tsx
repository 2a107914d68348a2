import { redirect } from "next/navigation";
import { ConfirmForm } from "@/components/confirm-form";
import { Complaint, Notice } from "@/components/notice";
import { WhatEnds } from "@/components/what-ends";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { lostWords } from "@/lib/lost-words";
import { hidden } from "@/lib/metadata";
import { readSessions, requireUser } from "@/lib/reads";
import { signInPath } from "@/lib/return-path";
import type { SearchParams } from "@/lib/search";
import { endOthersAction } from "./actions";
import { AddressState } from "./address-state";
import { ChangeAddressForm } from "./change-address-form";
import { ErasureForm } from "./erasure-form";
import { PasswordForm } from "./password-form";
import { SessionList } from "./session-list";

export const metadata = { title: "My account", ...hidden };

const done: Record<string, string> = {
  password: "Your password is changed. All your other sessions have ended.",
  session: "The session has ended.",
  asked:
    "A link is on its way to your address. It is good for 24 hours, and once. If nothing comes, look " +
    "into the folder for spam.",
  verified: "Your address is confirmed.",
  address:
    "A link is on its way to the new address. It is good for 30 minutes, and once. Until you use it, " +
    "your present address counts.",
  erasure:
    "A link is on its way to your address. It is good for 30 minutes, and once. Your account is deleted " +
    "when you press the button that it opens, and not before.",
  others: "All your other sessions have ended.",
};

type Props = { searchParams: Promise<SearchParams> };

export default async function Account({ searchParams }: Props) {
  const caller = await requireUser("/account");
  const answer = await readSessions();
  if (answer.outcome === "signed_out") redirect(signInPath("/account"));
  if (caller.outcome === "unavailable" || answer.outcome === "unavailable")
    return <ServiceUnavailable />;
  const { sessions } = answer;
  const query = await searchParams;
  const news = done[String(query["done"])];
  return (
    <div className="narrow account-page">
      <h1>My account</h1>
      {news && <Notice>{news}</Notice>}
      <p>
        You are signed in as <strong translate="no">{caller.user.email}</strong>.
      </p>
      <AddressState user={caller.user} />
      <section className="card" aria-labelledby="password-heading">
        <h2 id="password-heading">Password</h2>
        <p>A new password ends all your sessions but this one.</p>
        <PasswordForm email={caller.user.email} />
      </section>
      <section className="card" aria-labelledby="change-address-heading">
        <h2 id="change-address-heading">Another e-mail address</h2>
        <p>
          We mail a link there. The address counts once you press the button that the link opens.
        </p>
        <ChangeAddressForm />
      </section>
      <section className="card" aria-labelledby="sessions-heading">
        <h2 id="sessions-heading">Where you are signed in</h2>
        <p>
          If you do not recognize one of these, sign it out and change your password. It can take up
          to a quarter of an hour until its pages notice.
        </p>
        <SessionList sessions={sessions} />
        {sessions.length > 1 && (
          <ConfirmForm
            action={endOthersAction}
            lost={lostWords.endSession}
            question="Sign out everywhere else"
            fields={{}}
            confirm="Yes, end all other sessions"
            working="Ending them…"
          >
            Only this browser stays signed in.
          </ConfirmForm>
        )}
      </section>
      <section className="card" aria-labelledby="export-heading">
        <h2 id="export-heading">Your data</h2>
        {query["failed"] === "export" && (
          <Complaint>Your data could not be read just now. Try again in a minute.</Complaint>
        )}
        <p>All that the shop keeps of you, as one file (JSON).</p>
        {/* No link of the router, which would fetch the file as a page. */}
        <a href="/account/export" className="button button-quiet">
          Save my data
        </a>
      </section>
      <section className="card" aria-labelledby="erasure-heading">
        <h2 id="erasure-heading">The end of the account</h2>
        <WhatEnds />
        <p>Give your password, and we mail you a link that deletes the account.</p>
        <ErasureForm />
      </section>
    </div>
  );
}
