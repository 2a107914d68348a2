// Live changes in the browser: server-sent events, and polling while those do not come through.
import type { Order, Ticket } from "./types.gen.ts";

type Follow<Thing> = {
  url: string;
  event: string;
  onChange: (thing: Thing) => void;
  /** Reads everything again: when the stream (re)opens, since what happened before is not repeated,
   *  and at intervals while there is no stream. */
  reread: () => Promise<void>;
  pollMs: number;
};

/** Long enough for a restart of the API, short enough not to be noticed. */
const reopenMs = 15_000;

/** Follows until the function it returns is called. */
function follow<Thing>({ url, event, onChange, reread, pollMs }: Follow<Thing>): () => void {
  let source: EventSource | undefined;
  let polling: ReturnType<typeof setInterval> | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  /** Whether a stream has opened since the last try that followed at once. */
  let opened = true;

  const stopPolling = () => {
    clearInterval(polling);
    polling = undefined;
  };
  const open = () => {
    source = new EventSource(url);
    source.addEventListener("open", () => {
      opened = true;
      stopPolling();
      void reread();
    });
    source.addEventListener(event, (message) => onChange(JSON.parse(message.data) as Thing));
    source.addEventListener("error", () => {
      if (stopped) return;
      polling ??= setInterval(() => void reread(), pollMs);
      // CONNECTING means that the browser tries again by itself. CLOSED is an answer other than 200,
      // after which it does not: the access token may be over. Rereading renews the session, so the
      // first try follows at once; if that fails as well, it was something else.
      if (source?.readyState !== EventSource.CLOSED) return;
      const closed = source;
      const wait = opened ? 0 : reopenMs;
      opened = false;
      clearTimeout(reopening);
      void reread().finally(() => {
        if (source === closed) reopening = setTimeout(open, wait);
      });
    });
  };
  const close = () => {
    source?.close();
    source = undefined;
    opened = true;
    stopPolling();
    clearTimeout(reopening);
  };
  // A hidden tab needs no updates, and over HTTP/1.1 a browser has just six connections for all of
  // them: a stream for each would leave none to load pages with.
  const followVisibility = () => {
    close();
    if (!document.hidden) open();
  };
  document.addEventListener("visibilitychange", followVisibility);
  followVisibility();

  return () => {
    stopped = true;
    document.removeEventListener("visibilitychange", followVisibility);
    close();
  };
}

export const followTickets = (
  onChange: (ticket: Ticket) => void,
  reread: () => Promise<void>,
): (() => void) =>
  follow<Ticket>({ url: "/api/tickets/stream", event: "ticket", onChange, reread, pollMs: 10_000 });

export const followOrder = (
  id: string,
  onChange: (order: Order) => void,
  reread: () => Promise<void>,
): (() => void) =>
  follow<Order>({
    url: `/api/orders/${encodeURIComponent(id)}/stream`,
    event: "order",
    onChange,
    reread,
    pollMs: 5_000,
  });
