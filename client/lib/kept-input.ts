// What was typed into a form that could not be sent, kept in a cookie for ten minutes so that the
// server can put it into the page again: after signing in, or when the page was of an older release.
// Never passwords or the code of a ticket, and nothing of a card. Browser and server both write it; the server reads it.

export const keptCookieName = "kept";
const keptSeconds = 600;
/** Browsers store 4,096 bytes a cookie, name and attributes included. */
const keptBytesMax = 3_500;

export type Why = "signed_out" | "older_page";
export type KeptInput = { path: string; why: Why; values: Record<string, string> };

/** Fields that are secret, or that the page has again. */
const leftOut = /password|card|payment|attempt|key|version|Id$|^id$|^next$|^text$|^\$/i;

/** The cookie's value before it is encoded; undefined when there is too much to keep. */
export function packInput(path: string, why: Why, form: FormData): string | undefined {
  const values = [...form].filter(
    ([name, value]) => !leftOut.test(name) && typeof value === "string",
  );
  const packed = JSON.stringify({ path, why, values: Object.fromEntries(values) });
  return encodeURIComponent(packed).length <= keptBytesMax ? packed : undefined;
}

/** Of a cookie's decoded value. Anything may have written it. */
export function unpackInput(packed: string | undefined): KeptInput | undefined {
  try {
    const { path, why, values } = JSON.parse(packed ?? "") as Partial<KeptInput>;
    const isKnown = why === "signed_out" || why === "older_page";
    if (typeof path !== "string" || !isKnown || typeof values !== "object") return undefined;
    const texts = Object.entries(values).filter(([, value]) => typeof value === "string");
    return { path, why, values: Object.fromEntries(texts) };
  } catch {
    return undefined;
  }
}

export const keptCookieOptions = { path: "/", sameSite: "lax", maxAge: keptSeconds } as const;

/** The cookie as a line, for document.cookie and for Set-Cookie; "" deletes it. */
export const keptCookieLine = (packed: string) =>
  `${keptCookieName}=${encodeURIComponent(packed)}; Path=/; SameSite=Lax; ` +
  `Max-Age=${packed === "" ? 0 : keptSeconds}`;
