"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { PageLink } from "./page-link";

export function HeaderLink({ href, children }: { href: string; children: ReactNode }) {
  const here = usePathname() === href;
  return (
    <PageLink href={href} className="nav-link" aria-current={here ? "page" : undefined}>
      {children}
    </PageLink>
  );
}
