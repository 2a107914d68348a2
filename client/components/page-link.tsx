"use client";

import Link, { useLinkStatus } from "next/link";
import { type ComponentProps, useEffect } from "react";
import { useAnnounceNavigation, useConnection } from "./navigation";

/** A link within the site. Its page is fetched when it is followed, not before: prices and states
 *  change by the second. Without a connection this page stays: the browser's error page would take its
 *  place. */
export function PageLink({ children, href, ...rest }: ComponentProps<typeof Link>) {
  const isConnected = useConnection();
  const stay = (event: { preventDefault: () => void }) => isConnected() || event.preventDefault();
  return (
    <Link href={href} prefetch={false} onNavigate={stay} {...rest}>
      <span className="link-words">{children}</span>
      <Announce href={String(href)} />
    </Link>
  );
}

function Announce({ href }: { href: string }) {
  const { pending } = useLinkStatus();
  const announce = useAnnounceNavigation();
  useEffect(() => {
    if (!pending) return;
    // What arrives sooner than this needs no loading page: it would only flicker.
    const timer = setTimeout(() => announce(href), 180);
    return () => {
      clearTimeout(timer);
      announce(null);
    };
  }, [pending, announce, href]);
  return null;
}
