/** Where to go after signing in: a path of this site, whatever somebody has put into the link. */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== "string" || !wanted.startsWith("/")) return "/";
  const url = new URL(wanted, "http://here.invalid");
  const ours = url.origin === "http://here.invalid" && !url.pathname.startsWith("/auth/");
  return ours ? url.pathname + url.search : "/";
}

const reasons: [path: RegExp, reason: string][] = [
  [/^\/tickets\/new$/, "Sign in to sell a ticket."],
  [/^\/tickets\/[^/]+\/edit$/, "Sign in to change this ticket."],
  [/^\/tickets\/[^/]+$/, "Sign in to buy this ticket."],
  [/^\/orders$/, "Sign in to see your orders."],
  [/^\/orders\/[^/]+$/, "Sign in to see this order."],
  [/^\/sell$/, "Sign in to see what you sell."],
];

/** Why somebody on the way to `next` is asked to sign in. */
export const signInReason = (next: string) =>
  reasons.find(([path]) => path.test(next.split("?", 1)[0] ?? ""))?.[1];

export const signInPath = (next: string) => `/auth/signin?next=${encodeURIComponent(next)}`;
