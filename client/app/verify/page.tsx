import { MailedLink } from "@/components/mailed-link";
import { PageLink } from "@/components/page-link";
import { hidden } from "@/lib/metadata";
import type { SearchParams } from "@/lib/search";
import { VerifyForm } from "./verify-form";

export const metadata = { title: "Confirm an address", ...hidden };

type Props = { searchParams: Promise<SearchParams> };

export default async function Verify({ searchParams }: Props) {
  const { token, done } = await searchParams;
  if (done === "1") return <Verified />;
  return (
    <MailedLink heading="Confirm this address" token={token} askAgain="/account">
      {(mailed) => (
        <>
          <p>
            Press the button if you gave the address of this mail to your account here. If it is a
            new address, you sign in with it from then on.
          </p>
          <VerifyForm token={mailed} />
        </>
      )}
    </MailedLink>
  );
}

/** Also where no user is signed in, or another one: the mail may be opened on any device. */
const Verified = () => (
  <div className="narrow card">
    <h1>The address is confirmed</h1>
    <p>
      It is the address of your account. On other devices where you are signed in to that account it
      can take up to a quarter of an hour to show.
    </p>
    <div className="row">
      <PageLink className="button button-primary" href="/">
        Find a ticket
      </PageLink>
      <PageLink className="button button-quiet" href="/account">
        My account
      </PageLink>
    </div>
  </div>
);
