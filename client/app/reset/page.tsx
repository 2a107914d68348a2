import { MailedLink } from "@/components/mailed-link";
import { NewPasswordForm } from "@/components/new-password-form";
import { lostWords } from "@/lib/lost-words";
import { hidden } from "@/lib/metadata";
import type { SearchParams } from "@/lib/search";
import { resetAction } from "./actions";

export const metadata = { title: "New password", ...hidden };

type Props = { searchParams: Promise<SearchParams> };

export default async function Reset({ searchParams }: Props) {
  const { token } = await searchParams;
  return (
    <MailedLink heading="Choose a new password" token={token} askAgain="/forgot">
      {(mailed) => (
        <>
          <p>You are then signed out everywhere, and sign in with the new one.</p>
          <NewPasswordForm token={mailed} action={resetAction} lost={lostWords.reset}>
            Use this password
          </NewPasswordForm>
        </>
      )}
    </MailedLink>
  );
}
