import { redirect } from "next/navigation";
import { CredentialsForm } from "../credentials-form";
import { readCurrentUser, readKept } from "@/lib/reads";
import { returnPath } from "@/lib/return-path";
import type { SearchParams } from "@/lib/search";
import { hidden } from "@/lib/metadata";

export const metadata = { title: "Sign up", ...hidden };

export default async function SignUp({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const next = returnPath((await searchParams)["next"]);
  const caller = await readCurrentUser();
  if (caller.outcome === "ok" && caller.user) redirect(next);
  const kept = await readKept("/auth/signup");
  return (
    <div className="narrow card">
      <h1>Open an account</h1>
      <CredentialsForm kind="signup" next={next} kept={kept?.values} />
    </div>
  );
}
