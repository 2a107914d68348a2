// The metadata for search engines, previews of links and home screens.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

let stack: Stack;
let browser: Browser;
let seller: people.Person;
before(async () => {
  stack = await startStack({ own: true });
  browser = await people.openBrowser();
  seller = await people.join(browser, stack, "seller");
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

/** The metadata in the head of a page, by name, property or relation. */
async function headOf(path: string): Promise<Record<string, string>> {
  const { page } = await people.visitor(browser, { javaScriptEnabled: false });
  await page.goto(new URL(path, stack.url).href);
  const said = await page.locator("head meta, head link").evaluateAll((all) =>
    all.map((one) => {
      const of = (name: string) => one.getAttribute(name) ?? "";
      return [of("property") || of("name") || of("rel"), of("content") || of("href")];
    }),
  );
  await page.context().close();
  return Object.fromEntries(said) as Record<string, string>;
}
const text = async (path: string) => (await fetch(stack.url + path)).text();

test("a link to a ticket shows its name, price and picture", async () => {
  const ticket = await people.put(seller, stack, 'Opera "Aida" <row 4>', "19.99");
  const head = await headOf(ticket);
  assert.equal(head["og:title"], 'Opera "Aida" <row 4>');
  assert.match(head["og:description"] ?? "", /^\$19\.99 · For sale\./);
  assert.equal(head["og:url"], ticket);
  assert.equal(head["canonical"], ticket);
  assert.equal(head["og:site_name"], "Admit");
  const picture = await fetch(head["og:image"] ?? assert.fail("no picture"));
  assert.deepEqual([picture.status, picture.headers.get("content-type")], [200, "image/png"]);
});

test("the front page has one address, however it was reached", async () => {
  for (const [path, canonical] of [
    ["/", "/"],
    ["/?status=available", "/"],
    ["/?status=sold", "/?status=sold"],
    ["/?utm_source=mail", "/"],
  ] as const)
    assert.equal(
      new URL((await headOf(path))["canonical"] ?? "").href,
      stack.url + canonical,
      path,
    );
});

test("forms, private pages and sold tickets ask not to be listed", async () => {
  assert.match((await headOf("/auth/signin"))["robots"] ?? "", /noindex/);
  assert.match((await headOf("/nope"))["robots"] ?? "", /noindex/);
  const ticket = await people.put(seller, stack, "Soon sold", "5");
  assert.equal((await headOf(ticket))["robots"], undefined);
  const buyer = await people.join(browser, stack, "buyer");
  await people.buy(buyer, ticket);
  await people.pay(buyer);
  await people.heading(buyer.page, "It’s yours").waitFor();
  await people.ticketIs(buyer, ticket, "sold");
  await people.keptPagesAreOver();
  assert.match((await headOf(ticket))["robots"] ?? "", /noindex/);
});

test("robots.txt leads to the sitemap, which holds what is for sale", async () => {
  const robots = await text("/robots.txt");
  assert.match(robots, /^Disallow: \/orders$/m);
  assert.ok(robots.includes(`Sitemap: ${stack.url}/sitemap.xml`), robots);
  const found = [...(await text("/sitemap.xml")).matchAll(/<loc>([^<]*)<\/loc>/g)].map(
    ([, address]) => address ?? "",
  );
  assert.equal(found[0], `${stack.url}/`);
  assert.ok(found.length > 1);
  for (const address of found) assert.equal((await fetch(address)).status, 200, address);
});

test("browsers find icons and a manifest where they look for them", async () => {
  const icon = await fetch(`${stack.url}/favicon.ico`);
  assert.deepEqual([icon.status, icon.headers.get("content-type")], [200, "image/x-icon"]);
  const { manifest = assert.fail("no manifest") } = await headOf("/");
  const answer = await fetch(new URL(manifest, stack.url));
  type Manifest = { name: string; start_url: string; icons: { src: string; sizes: string }[] };
  const said = (await answer.json()) as Manifest;
  assert.deepEqual([said.name.startsWith("Admit"), said.start_url], [true, "/"]);
  assert.deepEqual(
    said.icons.map(({ sizes }) => sizes),
    ["any", "192x192", "512x512"],
  );
  for (const { src } of said.icons) {
    const file = await fetch(new URL(src, stack.url));
    assert.match(file.headers.get("content-type") ?? "", /^image\//, src);
  }
});

test("without the API the sitemap says that it is not there now", async () => {
  const alone = await startStack({ own: true });
  try {
    await alone.stopApi();
    assert.equal((await fetch(`${alone.clientUrl}/sitemap.xml`)).status, 503);
    assert.equal((await fetch(`${alone.clientUrl}/robots.txt`)).status, 200);
  } finally {
    await alone.stop();
  }
});
