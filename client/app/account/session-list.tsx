import { LocalTime } from "@/components/local-time";
import type { Session } from "@/lib/api/types.gen";
import { EndSessionForm } from "./end-session-form";

export function SessionList({ sessions }: { sessions: Session[] }) {
  return (
    <ul className="session-list">
      {sessions.map((session) => (
        <li key={session.id} className="session-row">
          <div>
            <p>
              <strong translate="no">{session.device || "A browser or program"}</strong>
            </p>
            <p className="session-time">
              Signed in <LocalTime iso={session.createdAt} />, used{" "}
              <LocalTime iso={session.usedAt} />
            </p>
          </div>
          {session.current ? (
            <span className="badge">This browser</span>
          ) : (
            <EndSessionForm id={session.id} device={session.device} />
          )}
        </li>
      ))}
    </ul>
  );
}
