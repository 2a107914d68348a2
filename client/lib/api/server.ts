import { cookies, headers } from "next/headers";
import { apiUrl } from "../environment.ts";
import type { Caller } from "./transport.ts";

/**
 * Speaks for the person whose request is being answered. What the browser says about the origin of
 * its request stays here: Next has compared it with the host before an action runs, and to the API
 * this server is no browser.
 */
export async function serverCaller(): Promise<Caller> {
  const [incoming, jar] = await Promise.all([headers(), cookies()]);
  return callerFor(jar.toString(), incoming);
}

export function callerFor(cookie: string, incoming: Pick<Headers, "get">): Caller {
  const carried: Record<string, string> = {};
  if (cookie) carried["cookie"] = cookie;
  for (const name of ["x-forwarded-for", "x-proxy-key", "x-request-id", "traceparent", "via"]) {
    const value = incoming.get(name);
    if (value) carried[name] = value;
  }
  return { baseUrl: apiUrl(), headers: carried, fetch: globalThis.fetch };
}

/** Speaks for nobody: for what is the same for everybody and kept for the next who asks. */
export const anonymousCaller = (): Caller => callerFor("", new Headers());
