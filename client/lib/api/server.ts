import { cookies, headers } from "next/headers";
import { readHasFailed } from "../answer-status.ts";
import { apiUrl } from "../environment.ts";
import type { Caller } from "./transport.ts";

/**
 * With the session of the user whose request is being answered. The browser's headers about the origin
 * of its request are not passed on: Next has compared them with the host before an action runs, and
 * the API does not treat this server as a browser. What the browser calls itself is: a user recognizes
 * a session by it.
 */
export async function serverCaller(): Promise<Caller> {
  const [incoming, jar] = await Promise.all([headers(), cookies()]);
  return callerFor(jar.toString(), incoming);
}

const carriedNames = [
  "x-forwarded-for",
  "x-proxy-key",
  "x-request-id",
  "traceparent",
  "via",
  "user-agent",
];

export function callerFor(cookie: string, incoming: Pick<Headers, "get">): Caller {
  const carried: Record<string, string> = {};
  if (cookie) carried["cookie"] = cookie;
  for (const name of carriedNames) {
    const value = incoming.get(name);
    if (value) carried[name] = value;
  }
  return {
    ...{ baseUrl: apiUrl(), headers: carried, fetch: globalThis.fetch },
    onFailure: readHasFailed,
  };
}

/** Without a session: for answers that are the same for all users and are cached. */
export const anonymousCaller = (): Caller => callerFor("", new Headers());
