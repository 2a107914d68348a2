"use client";

import { usePathname, useRouter } from "next/navigation";
import { useEffect, useEffectEvent } from "react";
import { browserCaller } from "@/lib/api/browser";
import { currentUser, refreshSession } from "@/lib/api/users";

/** The signed-in user: null means signed out, undefined that the API did not answer. */
type Email = string | null | undefined;

const askAgainMs = 10_000;
export const sessionChange = "ticketing:session-change";

/** Renders the page again when another user is signed in than it shows. Other tabs report it, and the
 *  API is asked when the page comes back into view, and after each link. */
export function SessionWatcher({ email }: { email: Email }) {
  const router = useRouter();
  const path = usePathname();
  const consider = useEffectEvent((now: Email) => {
    if (now === undefined || now === email) return;
    // Forms keep what was typed: signed-out users may be redirected from this page.
    window.dispatchEvent(new Event(sessionChange));
    router.refresh();
  });
  const look = useEffectEvent(async () => consider(await whoIsSignedIn(email)));

  useEffect(() => {
    const channel = new BroadcastChannel("session");
    channel.onmessage = ({ data }) => consider(data as Email);
    if (email !== undefined) channel.postMessage(email);
    const asking = email === undefined ? setInterval(() => void look(), askAgainMs) : undefined;
    return () => {
      channel.close();
      clearInterval(asking);
    };
  }, [email]);

  useEffect(() => {
    const lookWhenSeen = () => void (document.hidden || look());
    const lookAfterBack = ({ persisted }: PageTransitionEvent) => void (persisted && look());
    document.addEventListener("visibilitychange", lookWhenSeen);
    window.addEventListener("pageshow", lookAfterBack);
    return () => {
      document.removeEventListener("visibilitychange", lookWhenSeen);
      window.removeEventListener("pageshow", lookAfterBack);
    };
  }, []);

  useEffect(() => {
    if (path !== firstPath) void look();
    firstPath = undefined;
  }, [path]);
  return null;
}

/** The page that the browser loaded: it already shows who is signed in. */
let firstPath = typeof location === "undefined" ? undefined : location.pathname;

async function whoIsSignedIn(before: Email): Promise<Email> {
  const answer = await currentUser(browserCaller);
  if (answer.outcome !== "ok") return undefined;
  if (answer.user || !before) return answer.user && answer.user.email;
  // Perhaps only the access token has expired.
  const renewed = await refreshSession(browserCaller);
  if (renewed.outcome === "unavailable") return undefined;
  return renewed.outcome === "ok" ? renewed.user.email : null;
}
