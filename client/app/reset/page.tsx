import { MailedLink } from "@/components/mailed-link";
import { hidden } from "@/lib/metadata";
import type { SearchParams } from "@/lib/search";
import { ResetForm } from "./reset-form";

export const metadata = { title: "New password", ...hidden };

type Props = { searchParams: Promise<SearchParams> };

export default async function Reset({ searchParams }: Props) {
  const { token } = await searchParams;
  return (
    <MailedLink heading="Choose a new password" token={token} askAgain="/forgot">
      {(mailed) => (
        <>
          <p>You are then signed out everywhere, and sign in with the new one.</p>
          <ResetForm token={mailed} />
        </>
      )}
    </MailedLink>
  );
}
