import { answerWith } from "@/lib/answer-status";

/** For an API that does not answer. Part of the page rather than a thrown error, because error
 *  pages only exist where script runs. */
export function ServiceUnavailable() {
  answerWith(503);
  return (
    <div className="empty" role="alert">
      <h1>We cannot reach our service</h1>
      <p>Nothing is lost. This is usually over within a minute.</p>
      {/* An empty address is this page again, freshly loaded. */}
      <a className="button button-primary" href="">
        Try again
      </a>
    </div>
  );
}
