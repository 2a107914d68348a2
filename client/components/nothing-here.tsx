import type { ReactNode } from "react";
import { PageLink } from "./page-link";

export function NothingHere({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-code" aria-hidden="true">
        404
      </p>
      <h1>{title}</h1>
      <p>{children}</p>
      <PageLink className="button button-primary" href="/">
        Browse tickets
      </PageLink>
    </div>
  );
}
