import { brand } from "@/lib/brand";
import { lostWords } from "@/lib/lost-words";
import { readCurrentUser } from "@/lib/reads";
import { HeaderLink } from "./header-link";
import { PageLink } from "./page-link";
import { SessionWatcher } from "./session-watcher";
import { SignInLinks } from "./sign-in-links";
import { SignOutForm } from "./sign-out-form";

const unknown = "Your account cannot be reached";

export async function SiteHeader() {
  const caller = await readCurrentUser();
  const user = caller.outcome === "ok" ? caller.user : undefined;
  return (
    <header className="site-header">
      <div className="site-header-inner">
        <PageLink href="/" className="brand">
          <BrandMark />
          <span translate="no">{brand}</span>
        </PageLink>
        <nav aria-label="Main" className="site-nav">
          <HeaderLink href="/">Browse</HeaderLink>
          <HeaderLink href="/sell">Sell</HeaderLink>
          {user !== null && <HeaderLink href="/orders">Orders</HeaderLink>}
        </nav>
        {user ? (
          <SignOutForm
            className="account"
            look="quiet"
            words="Sign out"
            lost={lostWords.leave}
            before={
              <PageLink href="/account" className="account-email" title={user.email}>
                <span className="visually-hidden">My account: </span>
                <span translate="no">{user.email}</span>
              </PageLink>
            }
          />
        ) : (
          <div className="account">
            {user === null ? <SignInLinks /> : <span className="account-email">{unknown}</span>}
          </div>
        )}
        <SessionWatcher email={user && user.email} />
      </div>
    </header>
  );
}

function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M3 8h26v5a3 3 0 0 0 0 6v5H3v-5a3 3 0 0 0 0-6z" fill="currentColor" />
      <path className="brand-tear" d="M20 10.5v11" strokeWidth="2" strokeDasharray="2 2.2" />
    </svg>
  );
}
