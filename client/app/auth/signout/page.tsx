import { PageLink } from "@/components/page-link";
import { SignOutForm } from "@/components/sign-out-form";
import { lostWords } from "@/lib/lost-words";
import { hidden } from "@/lib/metadata";
import { readCurrentUser } from "@/lib/reads";

export const metadata = { title: "Sign out", ...hidden };

/** Asks first: a program that follows links must not end the user's session. */
export default async function SignOut() {
  const caller = await readCurrentUser();
  const user = caller.outcome === "ok" ? caller.user : null;
  if (!user)
    return (
      <div className="narrow card">
        <h1>You are signed out</h1>
        <p>See you at the next one.</p>
        <div className="row">
          <PageLink className="button button-primary" href="/auth/signin">
            Sign in
          </PageLink>
          <PageLink className="button button-quiet" href="/">
            Browse tickets
          </PageLink>
        </div>
      </div>
    );
  return (
    <div className="narrow card">
      <h1>Sign out?</h1>
      <p>
        You are signed in as <strong>{user.email}</strong>. This ends the session in this browser.
      </p>
      <SignOutForm
        className="row"
        look="primary"
        words="Sign out now"
        lost={lostWords.leave}
        after={
          <PageLink className="button button-quiet" href="/">
            Stay signed in
          </PageLink>
        }
      />
    </div>
  );
}
