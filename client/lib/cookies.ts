// The session's two cookies as the API writes them. Nothing here verifies a token: the
// API does that. This only finds out when a new one is needed.

const accessNames = ["__Host-session", "session"];
const refreshNames = ["__Host-refresh", "refresh"];
export const sessionCookieNames = [...accessNames, ...refreshNames];

type Jar = { get(name: string): { value: string } | undefined };

const first = (jar: Jar, names: string[]) =>
  names.map((name) => jar.get(name)?.value).find((value) => value);

/** True when a refresh token is there and the access token is missing, unreadable or about to end. */
export function wantsRefresh(jar: Jar, nowMs: number): boolean {
  if (!first(jar, refreshNames)) return false;
  const token = first(jar, accessNames);
  return !token || expiryMs(token) < nowMs + 5_000;
}

function expiryMs(token: string): number {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    const { exp } = JSON.parse(payload) as { exp?: unknown };
    return typeof exp === "number" ? exp * 1000 : 0;
  } catch {
    return 0;
  }
}

export type SetCookie = {
  name: string;
  value: string;
  options: {
    httpOnly: boolean;
    secure: boolean;
    path: string;
    sameSite: "lax" | "strict";
    maxAge?: number;
    expires?: Date;
  };
};

/** Takes a Set-Cookie line apart (RFC 6265 §4.1); attributes that the API does not use are dropped. */
export function parseSetCookie(line: string): SetCookie {
  const [pair = "", ...rest] = line.split(";");
  const equals = pair.indexOf("=");
  const attributes = new Map(
    rest.map((part) => {
      const [name = "", ...value] = part.trim().split("=");
      return [name.toLowerCase(), value.join("=")] as const;
    }),
  );
  const maxAge = attributes.get("max-age");
  const expires = attributes.get("expires");
  return {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    options: {
      httpOnly: attributes.has("httponly"),
      secure: attributes.has("secure"),
      path: attributes.get("path") ?? "/",
      sameSite: attributes.get("samesite")?.toLowerCase() === "strict" ? "strict" : "lax",
      ...(maxAge === undefined ? {} : { maxAge: Number(maxAge) }),
      ...(expires === undefined ? {} : { expires: new Date(expires) }),
    },
  };
}
