import { redirect } from "next/navigation";
import { CredentialsForm } from "../credentials-form";
import { Notice } from "@/components/notice";
import { readCurrentUser, readKept } from "@/lib/reads";
import { returnPath, signInReason } from "@/lib/return-path";
import type { SearchParams } from "@/lib/search";
import { hidden } from "@/lib/metadata";

export const metadata = { title: "Sign in", ...hidden };

const done: Record<string, string> = {
  reset: "Your new password counts from now on. Sign in with it.",
  restored: "The account is yours again. Sign in with this address and your new password.",
};

export default async function SignIn({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const next = returnPath((await searchParams)["next"]);
  const caller = await readCurrentUser();
  if (caller.outcome === "ok" && caller.user) redirect(next);
  const waiting = await readKept(next);
  const reason = waiting
    ? "You were signed out. Sign in again: what you typed is kept."
    : signInReason(next);
  const kept = await readKept("/auth/signin");
  const news = done[String((await searchParams)["done"])];
  return (
    <div className="narrow card">
      <h1>Welcome back</h1>
      {news && <Notice>{news}</Notice>}
      {reason && <p className="lead">{reason}</p>}
      <CredentialsForm kind="signin" next={next} kept={kept?.values} />
    </div>
  );
}
