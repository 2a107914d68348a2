import { MailedLink } from "@/components/mailed-link";
import { NewPasswordForm } from "@/components/new-password-form";
import { lostWords } from "@/lib/lost-words";
import { hidden } from "@/lib/metadata";
import type { SearchParams } from "@/lib/search";
import { restoreAction } from "./actions";

export const metadata = { title: "Take your account back", ...hidden };

type Props = { searchParams: Promise<SearchParams> };

export default async function Restore({ searchParams }: Props) {
  const { token } = await searchParams;
  return (
    <MailedLink heading="Take your account back" token={token}>
      {(mailed) => (
        <>
          <p>
            The address of the mail is then the one of your account again. Choose a new password:
            another person may know the present one. All sessions end, and you sign in with the new
            one.
          </p>
          <NewPasswordForm token={mailed} action={restoreAction} lost={lostWords.restore}>
            Take my account back
          </NewPasswordForm>
        </>
      )}
    </MailedLink>
  );
}
