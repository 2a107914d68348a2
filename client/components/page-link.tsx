"use client";

import Link, { useLinkStatus } from "next/link";
import { type ComponentProps, useEffect } from "react";
import { useAnnounceNavigation } from "./navigation";

/** A link within the site. Its page is fetched when it is followed, not before: prices and states
 *  change by the second. */
export function PageLink({ children, href, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link href={href} prefetch={false} {...rest}>
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
