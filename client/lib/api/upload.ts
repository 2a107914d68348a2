import { browserCaller } from "./browser.ts";
import type { Caller } from "./transport.ts";

/** Without a byte sent, or an answer, for so long, the connection is gone. */
const stalledMs = 30_000;

/**
 * Tells which part of a request's body is sent, from 0 to 1. Only XMLHttpRequest knows that in every
 * browser. A slow connection has as long as it needs, while it sends.
 */
export const uploadCaller = (onSent: (part: number) => void): Caller => ({
  ...browserCaller,
  fetch: (address, { method = "GET", headers, body } = {}) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let stalled: ReturnType<typeof setTimeout>;
      const wait = () => {
        clearTimeout(stalled);
        stalled = setTimeout(() => request.abort(), stalledMs);
      };
      request.open(method, String(address));
      for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
        wait();
        if (lengthComputable && total > 0) onSent(loaded / total);
      });
      request.addEventListener("loadend", () => {
        clearTimeout(stalled);
        const { status, responseText } = request;
        if (status === 0) reject(new TypeError("no answer"));
        else resolve(new Response(responseText || null, { status }));
      });
      wait();
      request.send(body as Blob | null | undefined);
    }),
});
