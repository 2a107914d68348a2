import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Ticket } from "./api/types.gen.ts";
import { latest, merge, type News, type Page, unseen, unseenMax } from "./ticket-news.ts";

const ticket = (id: string, version = 0, status: Ticket["status"] = "available"): Ticket => ({
  ...{ id, version, status, title: id, price: 1, userId: "u" },
  createdAt: "2026-01-01T00:00:00.000Z",
});
const none: News = new Map();
const page = (rest: Partial<Page> = {}): Page => ({
  tickets: [ticket("d"), ticket("b", 3)],
  query: { status: "available" },
  more: true,
  ...rest,
});
const ids = (list: Ticket[]) => list.map(({ id }) => id);
const statuses = (list: Ticket[]) => list.map(({ status }) => status);

describe("the tickets on screen", () => {
  it("change in place when a newer version is received", () => {
    const news = merge(page(), none, [ticket("d", 1, "sold")]);
    assert.deepEqual(statuses(latest(page().tickets, news)), ["sold", "available"]);
    assert.deepEqual(ids(latest(page().tickets, news)), ["d", "b"]);
  });

  it("ignore a version they have", () => {
    assert.equal(merge(page(), none, [ticket("b", 2, "sold"), ticket("b", 3, "sold")]), none);
  });

  it("ignore an older version after a newer one", () => {
    const news = merge(page(), none, [ticket("d", 2, "sold")]);
    assert.equal(merge(page(), news, [ticket("d", 1, "reserved")]), news);
  });

  it("neither grow nor move when tickets are listed", () => {
    const news = merge(page(), none, [ticket("e"), ticket("f")]);
    assert.deepEqual(ids(latest(page().tickets, news)), ["d", "b"]);
  });
});

describe("the tickets to ask for", () => {
  const asked = (at: Page, received: Ticket[], news = none) =>
    ids(unseen(at, merge(at, news, received)));

  it("are new ones, each once", () => {
    assert.deepEqual(asked(page(), [ticket("e"), ticket("f"), ticket("e", 1)]), ["e", "f"]);
  });

  it("are those alone that the filter lets through", () => {
    assert.deepEqual(asked(page(), [ticket("e", 0, "sold")]), []);
    assert.deepEqual(asked(page({ query: {} }), [ticket("e", 0, "sold")]), ["e"]);
  });

  it("are one fewer when one is sold before it was seen", () => {
    const news = merge(page(), none, [ticket("e"), ticket("f")]);
    assert.deepEqual(asked(page(), [ticket("e", 1, "sold")], news), ["f"]);
  });

  it("include one that is for sale again, unless its place is on a later page", () => {
    assert.deepEqual(asked(page(), [ticket("c", 2)]), ["c"]);
    assert.deepEqual(asked(page(), [ticket("a", 2)]), []);
    assert.deepEqual(asked(page({ more: false }), [ticket("a", 2)]), ["a"]);
    assert.deepEqual(asked(page({ tickets: [], more: false }), [ticket("a", 2)]), ["a"]);
  });

  it("are those of the show, or of none, that the list is about", () => {
    const forShow = { ...ticket("e"), showId: "show" };
    const received = [forShow, { ...ticket("f"), showId: "other" }, ticket("g")];
    assert.deepEqual(asked(page({ query: { showId: "show" } }), received), ["e"]);
    assert.deepEqual(asked(page({ query: { showId: "none" } }), received), ["g"]);
  });

  it("are those of the shows that it stands for, too", () => {
    const received = ["old", "other"].map((showId) => ({ ...ticket(`e ${showId}`), showId }));
    const at = page({ query: { showId: "show" }, mergedIds: ["older", "old"] });
    assert.deepEqual(asked(at, received), ["e old"]);
  });

  it("are the cheaper ones where the cheapest are first", () => {
    const at = page({ query: { showId: "show", sort: "price" } });
    const received = [0.5, 2].map((price, index) => ({
      ...{ ...ticket(`e${index}`), price },
      showId: "show",
    }));
    assert.deepEqual(asked(at, received), ["e0"]);
    assert.deepEqual(asked({ ...at, more: false }, received), ["e0", "e1"]);
  });

  it("are none on a later page", () => {
    assert.deepEqual(asked(page({ query: { cursor: "z" } }), [ticket("e")]), []);
  });

  it("are none once the page was rendered with them", () => {
    const news = merge(page(), none, [ticket("e")]);
    assert.deepEqual(unseen(page({ tickets: [ticket("e"), ticket("d")] }), news), []);
  });

  it("are remembered up to a bound", () => {
    const received = Array.from({ length: 5_000 }, (_, index) => ticket(`e${index}`));
    let news = none;
    for (const one of received) news = merge(page(), news, [one]);
    assert.equal(unseen(page(), news).length, unseenMax + 1);
    assert.equal(news.size, unseenMax + 1);
  });
});
