import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Show, Ticket } from "./api/types.gen.ts";
import { drawingOf } from "./drawing.ts";
import { foundOf, foundWords } from "./found-shows.ts";
import { showQuery, showsPath } from "./search.ts";
import { seatOf } from "./seat.ts";
import { readTyped, textsOfShow } from "./show-fields.ts";
import { eventOf, scriptText } from "./show-json-ld.ts";
import { localField, localIso, localTime, momentsOf, zoneName } from "./show-time.ts";
import { offerOf, whyNotEdited } from "./show-words.ts";

const show: Show = {
  id: "01939f40-0c5a-7b2e-a6c4-8d7f6e5a4b02",
  name: "Night at the Opera",
  category: "concert",
  venue: { name: "Filharmonia", city: "Łódź", country: "PL", timeZone: "Europe/Warsaw" },
  startsAt: "2026-12-12T18:30:00.000Z",
  status: "scheduled",
  ticketsAvailable: 4,
  priceFrom: 19.99,
  userId: "01939f3e-7b1a-7c4d-8e21-4f0f5b6a7c01",
  version: 0,
  createdAt: "2026-11-20T18:00:00.000Z",
};

describe("the time of a show", () => {
  // Changes of summer time in both directions, a quarter of an hour, and beyond the date line.
  const cases: [local: string, zone: string, utc: string, iso: string][] = [
    ["2026-12-12T19:30", "Europe/Warsaw", "2026-12-12T18:30:00.000Z", "2026-12-12T19:30:00+01:00"],
    ["2026-03-29T01:30", "Europe/Berlin", "2026-03-29T00:30:00.000Z", "2026-03-29T01:30:00+01:00"],
    ["2026-03-29T03:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z", "2026-03-29T03:30:00+02:00"],
    ["2026-10-25T03:30", "Europe/Berlin", "2026-10-25T02:30:00.000Z", "2026-10-25T03:30:00+01:00"],
    [
      "2026-11-01T23:30",
      "America/Los_Angeles",
      "2026-11-02T07:30:00.000Z",
      "2026-11-01T23:30:00-08:00",
    ],
    ["2027-01-01T00:15", "Asia/Kathmandu", "2026-12-31T18:30:00.000Z", "2027-01-01T00:15:00+05:45"],
    [
      "2027-01-01T01:00",
      "Pacific/Kiritimati",
      "2026-12-31T11:00:00.000Z",
      "2027-01-01T01:00:00+14:00",
    ],
    ["2026-07-01T12:00", "UTC", "2026-07-01T12:00:00.000Z", "2026-07-01T12:00:00+00:00"],
  ];
  for (const [local, zone, utc, iso] of cases)
    it(`is ${iso} for ${local} in ${zone}`, () => {
      assert.deepEqual(momentsOf(local, zone), [utc]);
      assert.equal(localField(utc, zone), local);
      assert.equal(localIso(utc, zone), iso);
    });

  it("is none where the clock is set forward, and two where it is set back", () => {
    const none = [
      ["2026-03-29T02:30", "Europe/Berlin"],
      ["2026-03-08T02:00", "America/New_York"],
      ["2026-10-04T02:15", "Australia/Lord_Howe"],
      ["2011-12-30T12:00", "Pacific/Apia"],
    ] as const;
    for (const [local, zone] of none) assert.deepEqual(momentsOf(local, zone), [], local);
    assert.deepEqual(momentsOf("2026-10-25T02:30", "Europe/Berlin"), [
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:30:00.000Z",
    ]);
    assert.deepEqual(momentsOf("2026-11-01T01:00", "America/New_York"), [
      "2026-11-01T05:00:00.000Z",
      "2026-11-01T06:00:00.000Z",
    ]);
    assert.deepEqual(momentsOf("2026-04-05T01:45", "Australia/Lord_Howe"), [
      "2026-04-04T14:45:00.000Z",
      "2026-04-04T15:15:00.000Z",
    ]);
  });

  it("is unknown for what is no time, or in no zone", () => {
    for (const [local, zone] of [
      ["soon", "Europe/Berlin"],
      ["", "Europe/Berlin"],
      ["2026-07-01T12:00", "Nowhere"],
    ] as const)
      assert.equal(momentsOf(local, zone), undefined);
  });

  it("names the clock that it is by", () => {
    assert.equal(
      localTime(show.startsAt, "America/New_York").replace(/\s/g, " "),
      "Sat, Dec 12, 2026, 1:30 PM",
    );
    assert.equal(zoneName(show.startsAt, "America/New_York"), "New York time, GMT-5");
    assert.equal(zoneName(show.startsAt, "UTC"), "UTC");
  });
});

describe("the form of a show", () => {
  const shown = {
    ...show,
    startsAt: "2026-10-25T01:30:20.000Z",
    endsAt: "2026-10-25T03:00:00.000Z",
    venue: { ...show.venue, timeZone: "Europe/Berlin" },
  };
  const typed = (change: object) => readTyped({ ...textsOfShow(shown), ...change });

  it("leaves times as they are, also in the hour that comes twice", () => {
    const { input, fields } = typed({});
    assert.deepEqual(fields, {});
    assert.equal(input.startsAt, shown.startsAt);
    assert.equal(input.endsAt, shown.endsAt);
  });

  it("asks which one is meant of a time that comes twice", () => {
    const asked = typed({ startsAt: "2026-10-25T02:15" });
    assert.match(asked.fields["startsAt"] ?? "", /twice/);
    const [first, second] = asked.twice["startsAt"] ?? [];
    assert.equal(first?.words, "The first time (Berlin time, GMT+2)");
    const answered = typed({ startsAt: "2026-10-25T02:15", "startsAt.which": second?.moment });
    assert.deepEqual(answered.fields, {});
    assert.equal(answered.input.startsAt, "2026-10-25T01:15:00.000Z");
  });

  it("refuses a time that the clock skips, and ignores an answer about another time", () => {
    assert.match(typed({ startsAt: "2026-03-29T02:30" }).fields["startsAt"] ?? "", /skips/);
    const other = typed({ startsAt: "2026-10-25T02:15", "startsAt.which": shown.startsAt });
    assert.match(other.fields["startsAt"] ?? "", /twice/);
  });

  it("moves a show with its zone, and takes its end away", () => {
    const { input } = typed({ "venue.timeZone": "Asia/Tokyo", endsAt: "" });
    assert.equal(input.startsAt, "2026-10-24T17:30:00.000Z");
    assert.equal(input.endsAt, null);
  });
});

describe("an event for search engines", () => {
  const ticket = (price: number): Ticket => ({
    ...{ id: "t", title: "T", price, userId: "u", version: 0, status: "available" },
    createdAt: show.createdAt,
  });
  const offers = { url: "https://shop.example/shows/1", currency: "usd" };

  it("has the offers that the page shows", () => {
    const said = eventOf(show, { ...offers, tickets: [ticket(5), ticket(7)], more: false });
    assert.deepEqual((said as { offers: object }).offers, {
      "@type": "AggregateOffer",
      url: offers.url,
      priceCurrency: "USD",
      lowPrice: 5,
      highPrice: 7,
      offerCount: 2,
      availability: "https://schema.org/InStock",
    });
    const none = eventOf({ ...show, status: "cancelled" }, { ...offers, tickets: [], more: false });
    assert.match(JSON.stringify(none), /EventCancelled.*"offerCount":0,.*SoldOut/);
  });

  it("has the address of its picture, if it has one", () => {
    const said = (poster: Show["poster"]) =>
      eventOf({ ...show, ...(poster ? { poster } : {}) }, { ...offers, tickets: [], more: false });
    const at = (size: string) => `/api/shows/1/poster/2/${size}.webp`;
    const poster = { small: at("small"), medium: at("medium"), large: at("large") };
    assert.equal((said(poster) as { image: string }).image, `https://shop.example${at("large")}`);
    assert.ok(!("image" in said(undefined)));
  });

  it("cannot end its script, with any name", () => {
    const name = "</script><!--<script>&\u2028\u2029";
    const text = scriptText({ name });
    assert.doesNotMatch(text, /[<>&\u2028\u2029]/);
    assert.deepEqual(JSON.parse(text), { name });
  });
});

it("draws the same picture for the same name, of two letters at most", () => {
  assert.deepEqual(drawingOf("Night at the Opera"), drawingOf("Night at the Opera"));
  assert.notDeepEqual(drawingOf("Night at the Opera"), drawingOf("Night at the Opera II"));
  for (const [name, letters] of [
    ["AC/DC", "AD"],
    ["🎉", ""],
    ["łódź", "Ł"],
    ["𝒜lpha beta", "𝒜B"],
  ] as const)
    assert.equal(drawingOf(name).letters, letters);
});

it("writes seats and offers", () => {
  assert.equal(
    seatOf({ section: "Balcony left", row: "4", seat: "12" }),
    "Balcony left, row 4, seat 12",
  );
  assert.equal(seatOf({ seat: "12" }), "Seat 12");
  assert.equal(seatOf({}), "");
  assert.equal(offerOf(show), "4 tickets from $19.99");
  assert.equal(offerOf({ ...show, ticketsAvailable: 1 }), "1 ticket from $19.99");
});

it("reads any address of a search, and writes the one that it reads", () => {
  const asked = showQuery({ q: " opera ", city: "", category: "opera", sort: "new", from: ["a"] });
  assert.deepEqual(asked, { q: "opera", sort: "new" });
  assert.equal(showsPath({ q: "a&b", cursor: "-1.x" }), "/shows?q=a%26b&cursor=-1.x");
  assert.equal(showsPath(showQuery({})), "/shows");
});

describe("the shows that the form of a ticket has found", () => {
  const words = (shows: Show[], next?: string) =>
    foundWords(foundOf({ outcome: "ok", shows, previous: undefined, next }));

  it("are those to come, and say whether there are more", () => {
    assert.equal(words([show, { ...show, status: "cancelled" }]), "1 show found. Choose it.");
    assert.equal(words([show, show]), "2 shows found. Choose one.");
    assert.match(words([show, show], "later"), /^The first 2 .* type more of its name/);
    assert.match(words([{ ...show, status: "over" }]), /^No show found/);
  });

  it("are unknown while the service is away", () => {
    assert.match(foundWords(foundOf({ outcome: "unavailable" })), /cannot be searched right now/);
    assert.equal(foundWords(undefined), "");
  });
});

describe("who may change a show", () => {
  const maker = { id: show.userId, roles: ["member" as const] };
  const operator = { id: "another", roles: ["member" as const, "operator" as const] };

  it("is its maker, until tickets are sold", () => {
    assert.equal(whyNotEdited(show, maker), undefined);
    assert.match(whyNotEdited({ ...show, hasSales: true }, maker) ?? "", /were sold/);
    assert.match(whyNotEdited(show, { ...maker, id: "another" }) ?? "", /Only the person/);
    assert.match(whyNotEdited(show, null) ?? "", /Only the person/);
  });

  it("is an operator, always", () => {
    for (const status of ["scheduled", "over"] as const)
      assert.equal(whyNotEdited({ ...show, status, hasSales: true }, operator), undefined);
  });
});
