// Lets a page set the status of its document, and say that it is not complete. Next has no such function: its own
// notFound() throws, and what is thrown is only shown where script runs. Pages here are whole before
// their first byte is sent, so server.mjs can still set the status that one asked for.

type Answer = { status?: number; isIncomplete?: boolean; isRefused?: boolean };
type Answers = { getStore(): Answer | undefined };

/** Where server.mjs keeps the answer of the current request; absent under `next dev`. */
const key = Symbol.for("ticketing.answer");

const current = () => (globalThis as { [key]?: Answers })[key]?.getStore();

export function answerWith(status: 403 | 404 | 503): void {
  const answer = current();
  if (answer) answer.status = status;
}

/** Something that the page shows could not be read. server.mjs does not show it to later visitors. */
export function answerIsIncomplete(): void {
  const answer = current();
  if (answer) answer.isIncomplete = true;
}

/** A read of the page has failed. One that was refused (4xx) may be refused to this visitor alone, so
 *  server.mjs shows the page to no other one. */
export function readHasFailed(status: number | undefined): void {
  answerIsIncomplete();
  const answer = current();
  if (answer && status !== undefined && status < 500 && status !== 404) answer.isRefused = true;
}
