"use client";

type Props = { error: Error & { digest?: string }; reset: () => void };

/** A page that failed in an unexpected way. */
export function Broken({ error, reset }: Props) {
  return (
    <div className="empty" role="alert">
      <h1>Something went wrong</h1>
      <p>Your connection may have dropped, or it is on our side. Try again in a moment.</p>
      <button type="button" className="button button-primary" onClick={reset}>
        Try again
      </button>
      {error.digest && (
        <p className="empty-reference" translate="no">
          {`Reference ${error.digest}`}
        </p>
      )}
    </div>
  );
}
