import Link from "next/link";
import type { ReactElement, ReactNode } from "react";
import { notVerified } from "@/lib/not-verified";

/** Something went wrong with what the person just did. Can take the focus, so that it is read. */
export function Complaint({ children }: { children: ReactNode }) {
  if (!children) return null;
  return (
    <div className="notice notice-bad" role="alert" tabIndex={-1}>
      {children === notVerified ? <NotVerified /> : children}
    </div>
  );
}

/** No PageLink: the navigation that one is a part of has complaints of its own. */
const NotVerified = () => (
  <>
    <p>{notVerified}</p>
    <Link href="/account" prefetch={false}>
      Go to my account
    </Link>
  </>
);

export function Notice({ children }: { children: ReactNode }) {
  return <div className="notice">{children}</div>;
}

type EmptyProps = { title: string; children: ReactNode; action?: ReactElement };

/** Nothing to show, and what to do about it. */
export function EmptyState({ title, children, action }: EmptyProps) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </div>
  );
}
