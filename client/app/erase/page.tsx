import { MailedLink } from "@/components/mailed-link";
import { PageLink } from "@/components/page-link";
import { WhatEnds } from "@/components/what-ends";
import { hidden } from "@/lib/metadata";
import type { SearchParams } from "@/lib/search";
import { EraseForm } from "./erase-form";

export const metadata = { title: "Delete an account", ...hidden };

type Props = { searchParams: Promise<SearchParams> };

export default async function Erase({ searchParams }: Props) {
  const { token, done } = await searchParams;
  if (done === "1") return <Erased />;
  return (
    <MailedLink heading="Delete your account" token={token} askAgain="/account">
      {(mailed) => (
        <>
          <WhatEnds />
          <EraseForm token={mailed} />
        </>
      )}
    </MailedLink>
  );
}

const Erased = () => (
  <div className="narrow card">
    <h1>Your account is deleted</h1>
    <p>
      You are signed out. One last mail says so. What you offered is off the market within some
      minutes.
    </p>
    <div className="row">
      <PageLink className="button button-quiet" href="/">
        Find a ticket
      </PageLink>
    </div>
  </div>
);
