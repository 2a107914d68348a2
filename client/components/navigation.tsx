"use client";

import { createContext, type ReactElement, type ReactNode, type SubmitEvent } from "react";
import { useCallback, useContext, useEffect, useMemo, useState } from "react";
import { FocusRestorer } from "./focus-restorer";
import { LoadingPage } from "./loading-page";
import { Complaint } from "./notice";

type Announce = (href: string | null) => void;
const AnnounceContext = createContext<Announce>(() => {});
const TargetContext = createContext<string | null>(null);
type Connection = { isMissed: boolean; isThere: () => boolean };
const ConnectionContext = createContext<Connection>({ isMissed: false, isThere: () => true });

export const useAnnounceNavigation = () => useContext(AnnounceContext);

/** Whether there is a connection to do something with. If not, the page says so until there is one. */
export const useConnection = () => useContext(ConnectionContext).isThere;

/** Contains the link that is being followed, so that PageFrame can show that page's loading state. */
export function Navigation({ children }: { children: ReactNode }) {
  const [target, setTarget] = useState<string | null>(null);
  const [isMissed, setMissed] = useState(false);
  const isThere = useCallback(() => {
    setMissed(!navigator.onLine);
    return navigator.onLine;
  }, []);
  const connection = useMemo(() => ({ isMissed, isThere }), [isMissed, isThere]);
  useEffect(() => {
    const found = () => setMissed(false);
    window.addEventListener("online", found);
    return () => window.removeEventListener("online", found);
  }, []);
  return (
    <AnnounceContext value={setTarget}>
      <ConnectionContext value={connection}>
        <TargetContext value={target}>{children}</TargetContext>
      </ConnectionContext>
    </AnnounceContext>
  );
}

type FrameProps = { notice: ReactElement; children: ReactNode };

export function PageFrame({ notice, children }: FrameProps) {
  const target = useContext(TargetContext);
  const { isMissed, isThere } = useContext(ConnectionContext);
  // A form whose answer has an address loads it, like a link.
  const stay = (event: SubmitEvent) => {
    if ((event.target as Element).matches("[method=get]") && !isThere()) event.preventDefault();
  };
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={target !== null} onSubmit={stay}>
      {target !== null && <LoadingPage href={target} />}
      <Complaint>
        {isMissed && "You are offline. Nothing was loaded; try again when you are connected."}
      </Complaint>
      {notice}
      <div hidden={target !== null}>{children}</div>
      <FocusRestorer isLoading={target !== null} />
    </main>
  );
}
