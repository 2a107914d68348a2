import { browserCaller } from "./browser.ts";
import type { Caller } from "./transport.ts";

/** Without a byte sent, or an answer, for so long, the connection is gone. */
const stalledMs = 30_000;

type Options = {
  /** Which part of the body is sent, from 0 to 1. */
  onSent: (part: number) => void;
  /** Ends the request before all of it is sent. */
  signal: AbortSignal;
};

/**
 * Tells how much of a request's body is sent. Only XMLHttpRequest knows that in every browser. A slow
 * connection has as long as it needs, while it sends.
 */
export const uploadCaller = ({ onSent, signal }: Options): Caller => ({
  ...browserCaller,
  fetch: (address, { method = "GET", headers, body } = {}) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let stalled: ReturnType<typeof setTimeout>;
      const wait = () => {
        clearTimeout(stalled);
        stalled = setTimeout(() => request.abort(), stalledMs);
      };
      const cancel = () => request.abort();
      request.open(method, String(address));
      for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
        wait();
        if (lengthComputable && total > 0) onSent(loaded / total);
      });
      request.addEventListener("loadend", () => {
        clearTimeout(stalled);
        signal.removeEventListener("abort", cancel);
        const { status, responseText } = request;
        if (status === 0) reject(new TypeError("no answer"));
        else resolve(new Response(responseText || null, { status }));
      });
      signal.addEventListener("abort", cancel);
      wait();
      request.send(body as Blob | null | undefined);
    }),
});
