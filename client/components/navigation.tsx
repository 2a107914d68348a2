"use client";

import { createContext, type ReactElement, type ReactNode, useContext, useState } from "react";
import { FocusKeeper } from "./focus-keeper";
import { LoadingPage } from "./loading-page";

type Announce = (href: string | null) => void;
const AnnounceContext = createContext<Announce>(() => {});
const TargetContext = createContext<string | null>(null);

export const useAnnounceNavigation = () => useContext(AnnounceContext);

/** Knows which link is being followed, so that PageFrame can show that page's loading state. */
export function Navigation({ children }: { children: ReactNode }) {
  const [target, setTarget] = useState<string | null>(null);
  return (
    <AnnounceContext value={setTarget}>
      <TargetContext value={target}>{children}</TargetContext>
    </AnnounceContext>
  );
}

type FrameProps = { notice: ReactElement; children: ReactNode };

export function PageFrame({ notice, children }: FrameProps) {
  const target = useContext(TargetContext);
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={target !== null}>
      {target !== null && <LoadingPage href={target} />}
      {notice}
      <div hidden={target !== null}>{children}</div>
      <FocusKeeper isLoading={target !== null} />
    </main>
  );
}
