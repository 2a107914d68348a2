import { PageLink } from "@/components/page-link";
import { hidden } from "@/lib/metadata";
import type { SearchParams } from "@/lib/search";
import { ResetForm } from "./reset-form";

export const metadata = { title: "New password", ...hidden };

type Props = { searchParams: Promise<SearchParams> };

export default async function Reset({ searchParams }: Props) {
  const { token } = await searchParams;
  return (
    <div className="narrow card">
      <h1>Choose a new password</h1>
      {typeof token === "string" ? (
        <>
          <p>You are then signed out everywhere, and sign in with the new one.</p>
          <ResetForm token={token} />
        </>
      ) : (
        <p>The link in your mail is longer than this. Copy all of it, or ask for another.</p>
      )}
      <p>
        <PageLink href="/forgot">Ask for another link</PageLink>
      </p>
    </div>
  );
}
