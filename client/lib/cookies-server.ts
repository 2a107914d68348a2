import { cookies } from "next/headers";
import { parseSetCookie, sessionCookieNames } from "./cookies.ts";

/** Sets in the browser what the API has set in its answer. */
export async function keepCookies(setCookies: string[]): Promise<void> {
  const jar = await cookies();
  for (const line of setCookies) {
    const { name, value, options } = parseSetCookie(line);
    jar.set(name, value, options);
  }
}

/** The browser is signed out, whether the API knows of its session or not. */
export async function clearSessionCookies(): Promise<void> {
  const jar = await cookies();
  for (const name of sessionCookieNames) if (jar.has(name)) jar.delete(name);
}
