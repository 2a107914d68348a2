// Pages as visitors without a session see them: each is rendered once a second at most, for all of them.
import { accepts } from "./files.mjs";
import { NonceSlots } from "./nonce-slots.mjs";

/** What a visitor sees is at most this old. */
export const keptMs = 1_000;

/** The front page, and the pages of tickets and shows. Others cost more memory than they would save. */
const keptPaths = /^\/((tickets|shows)\/[0-9a-f-]{36})?(\?|$)/;
/** The headers on which such a page depends; Next gets no others but the ones below. */
const shapingHeaders = ["host", "x-forwarded-host", "x-forwarded-proto"];
/** What the API learns about the visitor for whom a page is rendered: no answer shows it. */
const carriedHeaders = ["x-forwarded-for", "x-proxy-key", "x-request-id", "traceparent", "via"];
/** Cookies that change no page: auth's, by which it recognizes a browser at a sign-in, and Stripe's. */
const harmlessCookies = ["device", "__Host-device", "__stripe_mid", "__stripe_sid"];
/** Of the router of a page in the browser, which gets data instead of a document. */
const routerHeader = /^(rsc$|next-|x-nextjs-)/;
const keyCharactersMax = 1_024;

const isHarmless = (cookie) => harmlessCookies.includes(cookie.split("=", 1)[0].trim());

/** Names what each visitor without a session gets for a request. Undefined: it is not the same for all. */
export function keyOf({ method, url, headers }, body) {
  const isRead = (method === "GET" || method === "HEAD") && body.length === 0;
  if (!isRead || !keptPaths.test(url)) return undefined;
  if (!(headers.cookie ?? "").split(";").every((one) => one === "" || isHarmless(one)))
    return undefined;
  if (Object.keys(headers).some((name) => routerHeader.test(name))) return undefined;
  const key = JSON.stringify([url, ...shapingHeaders.map((name) => headers[name] ?? null)]);
  return key.length <= keyCharactersMax ? key : undefined;
}

/** What Next gets to see of such a request, so that a page can depend on nothing outside its key. */
export function headersForAll({ headers }) {
  const names = [...shapingHeaders, ...carriedHeaders].filter(
    (name) => headers[name] !== undefined,
  );
  const given = Object.fromEntries(names.map((name) => [name, headers[name]]));
  // Next puts title and description into the head of the page, as readers without script need them, only for a caller
  // that has a name.
  return { ...given, "user-agent": "visitors" };
}

/** An answer of Next, for any number of visitors. */
export class RenderedPage {
  #status;
  #headers;
  #nonce;
  #body;
  #said;

  /** `said`: what the page said of itself while it was rendered (lib/answer-status.ts). */
  constructor(status, headers, body, said) {
    this.#status = status;
    this.#headers = Object.entries(headers);
    this.#nonce = /'nonce-([^']+)'/.exec(headers["content-security-policy"] ?? "")?.[1] ?? "";
    this.#body = new NonceSlots(body, this.#nonce);
    this.#said = said;
  }

  get bytes() {
    return this.#body.bytes;
  }

  /** Whether visitors who wait for the same page get this one: not where the API refused something to
   *  the visitor for whom it was rendered. */
  get isForOthers() {
    const isForOne = this.#headers.some(([name]) => name === "set-cookie") || this.#said.isRefused;
    return this.#nonce !== "" && !isForOne;
  }

  /** Whether later visitors get it, too: never a failure. */
  get isKept() {
    return this.isForOthers && this.#status === 200 && !this.#said.isIncomplete;
  }

  send(request, response) {
    const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
    const isCompressed = accepts(request, "gzip");
    const body = isCompressed ? this.#body.gzip(nonce) : this.#body.plain(nonce);
    for (const [name, value] of this.#headers)
      response.setHeader(name, this.#withNonce(value, nonce));
    if (isCompressed) response.setHeader("content-encoding", "gzip");
    response.setHeader("content-length", body.length);
    response.writeHead(this.#status);
    response.end(request.method === "HEAD" ? undefined : body);
  }

  #withNonce(value, nonce) {
    if (this.#nonce === "" || typeof value === "number") return value;
    if (Array.isArray(value)) return value.map((one) => this.#withNonce(one, nonce));
    return value.replaceAll(this.#nonce, nonce);
  }
}

/** Pages that are rendered or were within `keptMs`, by their keys. Within its limits it drops those
 *  first that were asked for least recently. */
export class KeptPages {
  #pages = new Map();
  #bytes = 0;
  #max;
  #now;

  constructor({ entries, bytes }, now = () => performance.now()) {
    this.#max = { entries, bytes };
    this.#now = now;
  }

  get entries() {
    return this.#pages.size;
  }

  get bytes() {
    return this.#bytes;
  }

  /** A promise of the page, or of undefined if it turns out to be for another visitor alone; without a
   *  page undefined. */
  find(key) {
    const kept = this.#pages.get(key);
    if (!kept) return undefined;
    this.#pages.delete(key);
    // What it shows was read after it was begun.
    if (this.#now() - kept.begun >= keptMs) return void (this.#bytes -= kept.bytes);
    this.#pages.set(key, kept);
    return kept.page;
  }

  /** Resolves to what `render` does, and keeps that if it can be. */
  async add(key, render) {
    const { promise, resolve } = Promise.withResolvers();
    const kept = { begun: this.#now(), page: promise, bytes: 0 };
    this.#drop(key);
    this.#pages.set(key, kept);
    this.#shrink();
    let page;
    try {
      page = await render();
    } finally {
      resolve(page?.isForOthers ? page : undefined);
      // It may have made room for others already.
      const isThere = this.#pages.get(key) === kept;
      if (isThere && page?.isKept) this.#count(kept, page);
      else if (isThere) this.#drop(key);
    }
    return page;
  }

  #count(kept, page) {
    kept.bytes = page.bytes;
    this.#bytes += kept.bytes;
    this.#shrink();
  }

  #drop(key) {
    this.#bytes -= this.#pages.get(key)?.bytes ?? 0;
    this.#pages.delete(key);
  }

  #shrink() {
    for (const key of this.#pages.keys()) {
      if (this.#pages.size <= this.#max.entries && this.#bytes <= this.#max.bytes) return;
      this.#drop(key);
    }
  }
}
