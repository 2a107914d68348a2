"use client";

import { usePathname } from "next/navigation";
import { signInPath } from "@/lib/return-path";
import { HeaderLink } from "./header-link";
import { PageLink } from "./page-link";

/** Both lead back to the page that one is on. */
export function SignInLinks() {
  const path = usePathname();
  const comesBack = path !== "/" && !path.startsWith("/auth/");
  const signIn = comesBack ? signInPath(path) : "/auth/signin";
  return (
    <>
      <HeaderLink href={signIn}>Sign in</HeaderLink>
      <PageLink href={signIn.replace("signin", "signup")} className="button button-quiet">
        Sign up
      </PageLink>
    </>
  );
}
