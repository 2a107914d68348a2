type Said = { host: string | null; scheme: string | null };

/** The address of this shop on the web, from the headers of a request. Any client can choose the host, so only one
 *  that is a host and nothing else is taken. */
export function originOf({ host, scheme }: Said): URL {
  const safe = host !== null && /^[\w.-]+(:\d+)?$|^\[[\da-fA-F:]+\](:\d+)?$/.test(host);
  const secure = scheme?.split(",")[0]?.trim() === "https";
  return new URL(`${secure ? "https" : "http"}://${safe ? host : "localhost"}`);
}
