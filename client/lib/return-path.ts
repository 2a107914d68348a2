/** Where to go after signing in: a path of this site, whatever somebody has put into the link. */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== "string" || !wanted.startsWith("/")) return "/";
  const url = new URL(wanted, "http://here.invalid");
  const ours = url.origin === "http://here.invalid" && !url.pathname.startsWith("/auth/");
  return ours ? url.pathname + url.search : "/";
}

export const signInPath = (next: string) => `/auth/signin?next=${encodeURIComponent(next)}`;
