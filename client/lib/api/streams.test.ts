// A stream that ends with its access token opens again at once, with a renewed session; one that
// is refused for another reason is not requested again and again.
import assert from "node:assert/strict";
import { beforeEach, it, mock } from "node:test";
import { followOrder, followShows, followTickets } from "./streams.ts";
import type { Order } from "./types.gen.ts";

class FakeEventSource extends EventTarget {
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static all: FakeEventSource[] = [];
  readyState = 0;
  url: string;
  constructor(url: string) {
    super();
    this.url = url;
    FakeEventSource.all.push(this);
  }
  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  /** The answer is 401, or any other than 200. */
  refuse() {
    this.readyState = FakeEventSource.CLOSED;
    this.dispatchEvent(new Event("error"));
  }
  /** The server ends the stream; the browser will try again by itself. */
  end() {
    this.readyState = 0;
    this.dispatchEvent(new Event("error"));
  }
  close() {
    this.readyState = FakeEventSource.CLOSED;
  }
}

const page = Object.assign(new EventTarget(), { hidden: false });
Object.assign(globalThis, { EventSource: FakeEventSource, document: page });

const last = () => FakeEventSource.all.at(-1) as FakeEventSource;
const passMs = async (ms: number) => {
  await new Promise(setImmediate);
  mock.timers.tick(ms);
  await new Promise(setImmediate);
};

beforeEach(() => {
  FakeEventSource.all = [];
  page.hidden = false;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
});

/** Rereading takes until `renewed` is called, as a refresh of the session does. */
function follow() {
  const renewals: (() => void)[] = [];
  const stop = followOrder(
    "o1",
    (_: Order) => {},
    () => new Promise((resolve) => renewals.push(() => resolve())),
  );
  const renewed = () => renewals.splice(0).forEach((resolve) => resolve());
  return { stop, renewed, renewals };
}

it("renews the session of a stream that ended with it, and then reopens at once", async () => {
  const { stop, renewed, renewals } = follow();
  last().open();
  renewed();
  last().end();
  last().refuse();
  assert.equal(renewals.length, 1, "rereading renews the session");
  await passMs(100);
  assert.equal(FakeEventSource.all.length, 1, "not before the session is renewed");
  renewed();
  await passMs(0);
  assert.equal(FakeEventSource.all.length, 2);
  last().open();
  stop();
});

it("waits before it asks again when that did not help", async () => {
  const { stop, renewed } = follow();
  last().refuse();
  renewed();
  await passMs(0);
  assert.equal(FakeEventSource.all.length, 2);
  last().refuse();
  renewed();
  await passMs(14_000);
  assert.equal(FakeEventSource.all.length, 2);
  await passMs(1_000);
  assert.equal(FakeEventSource.all.length, 3);
  last().open();
  last().refuse();
  renewed();
  await passMs(0);
  assert.equal(FakeEventSource.all.length, 4, "once it was open, the first try is at once again");
  stop();
});

it("opens nothing after it was stopped, or while the tab is hidden", async () => {
  const { stop, renewed } = follow();
  last().refuse();
  page.hidden = true;
  page.dispatchEvent(new Event("visibilitychange"));
  renewed();
  await passMs(20_000);
  assert.equal(FakeEventSource.all.length, 1);
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(FakeEventSource.all.length, 2);
  last().refuse();
  stop();
  renewed();
  await passMs(20_000);
  assert.equal(FakeEventSource.all.length, 2);
});

it("has one stream for all followers of tickets and shows", async () => {
  const seen: string[] = [];
  const reread = (name: string) => async () => void seen.push(`reread ${name}`);
  const stopTickets = followTickets(({ id }) => seen.push(id), reread("tickets"));
  last().open();
  const stopShows = followShows(({ id }) => seen.push(id), reread("shows"));
  const send = (event: string, id: string) =>
    last().dispatchEvent(Object.assign(new Event(event), { data: JSON.stringify({ id }) }));
  send("ticket", "t1");
  send("show", "s1");
  stopTickets();
  send("ticket", "t2");
  send("show", "s2");
  assert.deepEqual(seen, ["reread tickets", "reread shows", "t1", "s1", "s2"]);
  assert.equal(FakeEventSource.all.length, 1);
  assert.equal(last().readyState, FakeEventSource.OPEN);
  stopShows();
  assert.equal(last().readyState, FakeEventSource.CLOSED);
});
