import { PageLink } from "@/components/page-link";
import { hidden } from "@/lib/metadata";
import type { SearchParams } from "@/lib/search";
import { ForgotForm } from "./forgot-form";

export const metadata = { title: "Forgotten password", ...hidden };

type Props = { searchParams: Promise<SearchParams> };

export default async function Forgot({ searchParams }: Props) {
  if ((await searchParams)["asked"] === "1") return <Asked />;
  return (
    <div className="narrow card">
      <h1>Forgot your password?</h1>
      <p>We mail you a link with which you choose a new one.</p>
      <ForgotForm />
    </div>
  );
}

/** The same for every address: whether one has an account is its owner’s business. */
const Asked = () => (
  <div className="narrow card">
    <h1>Look into your mail</h1>
    <p>
      If there is an account with this address, a link is on its way. It is good for half an hour,
      and once. If nothing comes, look into the folder for spam, or check the address.
    </p>
    <div className="row">
      <PageLink className="button button-primary" href="/auth/signin">
        Sign in
      </PageLink>
      <PageLink className="button button-quiet" href="/forgot">
        Ask again
      </PageLink>
    </div>
  </div>
);
