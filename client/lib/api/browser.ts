import type { Caller } from "./transport.ts";

/** Same origin: the cookies go along by themselves. */
export const browserCaller: Caller = {
  baseUrl: "",
  headers: {},
  fetch: (...request) => globalThis.fetch(...request),
};
