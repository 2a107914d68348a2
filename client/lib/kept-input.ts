// What was typed into a form that could not be sent, kept in a cookie for ten minutes so that the
// server can put it into the page again: after signing in, or when the page was of an older release.
// Never passwords, and nothing of a card. The browser and the server both write and read it.

export const keptCookieName = "kept";
const keptSeconds = 600;
/** Browsers store 4,096 bytes a cookie, name and attributes included. */
const keptBytesMax = 3_500;

export type Why = "signed_out" | "older_page";
export type KeptInput = { path: string; why: Why; values: Record<string, string> };

const secret = /password|card|attempt|Id$|^id$|^next$|^\$/;

/** The value of the cookie; undefined when there is too much to keep. */
export function packInput(path: string, why: Why, form: FormData): string | undefined {
  const values = [...form].filter(([name, value]) => !secret.test(name) && typeof value === "string");
  const kept: KeptInput = { path, why, values: Object.fromEntries(values as [string, string][]) };
  const packed = encodeURIComponent(JSON.stringify(kept));
  return packed.length <= keptBytesMax ? packed : undefined;
}

/** What was kept for the page at `path`, of a cookie's value as the browser sent it. */
export function unpackInput(packed: string | undefined, path: string): KeptInput | undefined {
  if (!packed) return undefined;
  try {
    const kept = JSON.parse(packed.startsWith("{") ? packed : decodeURIComponent(packed)) as KeptInput;
    if (kept.path !== path || typeof kept.values !== "object" || kept.values === null) return undefined;
    const values = Object.entries(kept.values).filter(([, value]) => typeof value === "string");
    return { path, why: kept.why, values: Object.fromEntries(values) };
  } catch {
    return undefined;
  }
}

export const keptCookie = { path: "/", sameSite: "lax", maxAge: keptSeconds } as const;

/** The cookie as a line, for document.cookie and for Set-Cookie. */
export const keptCookieLine = (packed: string) =>
  `${keptCookieName}=${packed}; Path=/; SameSite=Lax; Max-Age=${packed === "" ? 0 : keptSeconds}`;

export const whyWords: Record<Why, string> = {
  signed_out: "You were signed out. What you typed is still here: check it, then send it.",
  older_page:
    "This page was older than the shop, so it was loaded again. " +
    "Nothing was sent. Check what is here, then press the button again.",
};
