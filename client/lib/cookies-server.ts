import { cookies } from "next/headers";
import { sessionCookieNames } from "./cookies.ts";

/** The browser is signed out, whether the API knows of its session or not. */
export async function clearSessionCookies(): Promise<void> {
  const jar = await cookies();
  for (const name of sessionCookieNames) if (jar.has(name)) jar.delete(name);
}
