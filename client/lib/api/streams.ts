// Live changes in the browser: server-sent events, and polling while those do not come through.
import type { Order, Show, Ticket } from "./types.gen.ts";

type Stream = {
  url: string;
  /** The names of its events. */
  events: string[];
  pollMs: number;
};

type Follower = {
  /** By the name of the event. */
  on: Record<string, (thing: never) => void>;
  /** Reads everything again: when the stream (re)opens, since what happened before is not repeated,
   *  and at intervals while there is no stream. */
  reread: () => Promise<void>;
};

/** Long enough for a restart of the API, short enough not to be noticed. */
const reopenMs = 15_000;

type Shared = { followers: Set<Follower>; isOpen: () => boolean; close: () => void };

/** A page has one stream of an address, with any number of followers. */
const shared = new Map<string, Shared>();

/** Follows until the function it returns is called. */
function follow(stream: Stream, follower: Follower): () => void {
  const opened = shared.get(stream.url) ?? open(stream);
  shared.set(stream.url, opened);
  opened.followers.add(follower);
  if (opened.isOpen()) void follower.reread();
  return () => {
    opened.followers.delete(follower);
    if (opened.followers.size > 0) return;
    opened.close();
    shared.delete(stream.url);
  };
}

function open({ url, events, pollMs }: Stream): Shared {
  const followers = new Set<Follower>();
  const reread = async () => {
    await Promise.all([...followers].map((follower) => follower.reread()));
  };
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
  const connect = () => {
    source = new EventSource(url);
    source.addEventListener("open", () => {
      opened = true;
      stopPolling();
      void reread();
    });
    for (const event of events)
      source.addEventListener(event, ({ data }) => {
        for (const { on } of followers) on[event]?.(JSON.parse(data) as never);
      });
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
        if (source === closed) reopening = setTimeout(connect, wait);
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
    if (!document.hidden) connect();
  };
  document.addEventListener("visibilitychange", followVisibility);
  followVisibility();

  return {
    followers,
    isOpen: () => source?.readyState === EventSource.OPEN,
    close: () => {
      stopped = true;
      document.removeEventListener("visibilitychange", followVisibility);
      close();
    },
  };
}

const tickets: Stream = {
  url: "/api/tickets/stream",
  events: ["ticket", "show"],
  pollMs: 10_000,
};

export const followTickets = (
  onChange: (ticket: Ticket) => void,
  reread: () => Promise<void>,
): (() => void) => follow(tickets, { on: { ticket: onChange }, reread });

/** A show is new, what people say of it changed, or another stands for it now. Its counts of tickets
 *  are no such change. */
export type ShowNews = Pick<Show, "id" | "version" | "startsAt"> & { mergedInto?: string };

export const followShows = (
  onChange: (show: ShowNews) => void,
  reread: () => Promise<void>,
): (() => void) => follow(tickets, { on: { show: onChange }, reread });

export const followOrder = (
  id: string,
  onChange: (order: Order) => void,
  reread: () => Promise<void>,
): (() => void) =>
  follow(
    { url: `/api/orders/${encodeURIComponent(id)}/stream`, events: ["order"], pollMs: 5_000 },
    { on: { order: onChange }, reread },
  );
