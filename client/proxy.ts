// Runs before every page: renews a session whose access token is over, so that the page already
// renders as signed in, and gives each page its own nonce.
import { NextResponse, type NextRequest } from "next/server";
import { callerFor } from "@/lib/api/server";
import { refreshSession } from "@/lib/api/users";
import { parseSetCookie, sessionCookieNames, wantsRefresh } from "@/lib/cookies";
import { keptCookieLine, keptCookieName, unpackInput } from "@/lib/kept-input";
import { contentSecurityPolicy } from "@/lib/security-policy";

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  const setCookies = await renew(request);
  if (setCookies.length > 0) headers.set("cookie", request.cookies.toString());
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);

  const response = NextResponse.next({ request: { headers } });
  for (const line of setCookies) response.headers.append("set-cookie", line);
  response.headers.set("content-security-policy", policy);
  if (showsKeptInput(request)) response.headers.append("set-cookie", keptCookieLine(""));
  return response;
}

/** What was kept for a page is put into it once. */
function showsKeptInput({ method, cookies, nextUrl }: NextRequest): boolean {
  const kept = unpackInput(cookies.get(keptCookieName)?.value);
  if (method !== "GET" || kept?.path !== nextUrl.pathname) return false;
  // Such a page first sends to its own address with an attempt, and only there has a form.
  const needsAttempt = /^\/(tickets\/new|shows\/[^/]+\/sell)$/.test(nextUrl.pathname);
  if (needsAttempt && !nextUrl.searchParams.has("attempt")) return false;
  // A page that sends to sign in first has not shown it.
  return kept.why !== "signed_out" || sessionCookieNames.some((name) => cookies.has(name));
}

/** Changes the request's cookies to what they would be on the next request, and returns the lines
 *  that set them in the browser. */
async function renew(request: NextRequest): Promise<string[]> {
  if (!wantsRefresh(request.cookies, Date.now())) return [];
  const cookie = request.headers.get("cookie") ?? "";
  const renewed = await refreshSession(callerFor(cookie, request.headers));
  if (renewed.outcome === "unavailable") return [];
  if (renewed.outcome === "signed_out") {
    const held = sessionCookieNames.filter((name) => request.cookies.has(name));
    request.cookies.delete(held);
    return held.map(
      (name) =>
        `${name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${
          name.startsWith("__Host-") ? "; Secure" : ""
        }`,
    );
  }
  for (const line of renewed.setCookies) {
    const { name, value } = parseSetCookie(line);
    request.cookies.set(name, value);
  }
  return renewed.setCookies;
}

// What is the same for all users needs neither; Next reads this literally, so it is one long string.
export const config = {
  matcher: [
    "/((?!api/|_next/static/|(?:icon\\.svg|apple-icon\\.png|favicon\\.ico|robots\\.txt|sitemap\\.xml|manifest\\.webmanifest)$).*)",
  ],
};
