// Lets a page set the status of its document. Next has no such function: its own
// notFound() throws, and what is thrown is only shown where script runs. Pages here are whole before
// their first byte is sent, so server.mjs can still set the status that one asked for.

type Answer = { status?: number };
type Answers = { getStore(): Answer | undefined };

/** Where server.mjs keeps the answer of the current request; absent under `next dev`. */
const key = Symbol.for("ticketing.answer");

export function answerWith(status: 403 | 404 | 503): void {
  const answers = (globalThis as { [key]?: Answers })[key];
  const answer = answers?.getStore();
  if (answer) answer.status = status;
}
