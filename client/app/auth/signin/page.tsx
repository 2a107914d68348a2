import { redirect } from "next/navigation";
import { CredentialsForm } from "../credentials-form";
import { readCurrentUser } from "@/lib/reads";
import { returnPath } from "@/lib/return-path";
import type { SearchParams } from "@/lib/search";
import { hidden } from "@/lib/metadata";

export const metadata = { title: "Sign in", ...hidden };

export default async function SignIn({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const next = returnPath((await searchParams)["next"]);
  const caller = await readCurrentUser();
  if (caller.outcome === "ok" && caller.user) redirect(next);
  return (
    <div className="narrow card">
      <h1>Welcome back</h1>
      <CredentialsForm kind="signin" next={next} />
    </div>
  );
}
