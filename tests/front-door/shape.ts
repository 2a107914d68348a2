// What a new user does, in one shape: starts it as the README says, buys in a browser, stops it, starts
// it again.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import * as people from "../browser/people.ts";
import { place, type Place, type Run, run } from "./marketplace.ts";

/** The commands of the shape's parts, of which none may be left or missing. */
export type Shape = { args: string[]; programs: string[] };

export function tellStory({ args, programs }: Shape): void {
  let there: Place;
  let started: Run | undefined;
  let browser: Browser;
  let bought = "";
  let page: Page;
  const start = async (more: string[] = ["--demo"]) => {
    started = run(there, [...args, ...more]);
    return { run: started, ...(await started.isUp()) };
  };
  after(async () => {
    await browser?.close();
    started?.kill();
    there?.remove();
  });

  test("the first start: what it prints leads to a shop in which one can buy", async () => {
    there = await place();
    browser = await people.openBrowser();
    const { run: first, url } = await start();
    assert.match(first.said(), /^Added a dozen shows with sixty tickets, /m);
    const running = first.processes().join("\n");
    for (const program of programs)
      assert.ok(running.includes(program), `${program} in\n${running}`);

    const person = await people.signUp(browser, { url }, "new-user");
    page = person.page;
    await page.goto(url);
    await page.getByRole("link", { name: "Jazz trio" }).click();
    await page.waitForURL(/\/tickets\/[0-9a-f-]{36}$/);
    bought = await people.buy(person, page.url());
    await people.pay(person);
    await people.heading(page, "It’s yours").waitFor();
    await people.badge(page, "Complete").waitFor();
  });

  test("visitors of the pages are limited one by one, not together", async () => {
    const { url } = await (started ?? assert.fail()).isUp();
    const guess = (from: string, i: number) => signIn(url, from, `guess-${i}@example.com`);
    await isStopped((i) => guess("127.0.0.71", i));
    // A visitor may try again after seconds, which a busy machine takes for this.
    const both = async (i: number) =>
      Promise.all([guess("127.0.0.71", i), guess("127.0.0.72", i)] as const);
    for (let i = 0; i < 10; i++) {
      const [stopped, another] = await both(i);
      assert.equal(another, 400, "another one may go on");
      if (stopped === 429) return;
    }
    assert.fail("the first may go on, too");
  });

  test("another program on the machine cannot pass as a visitor", async () => {
    const { apiUrl } = await (started ?? assert.fail()).isUp();
    const servers = join(there.environment["DATA_DIR"] ?? "", "distributed/servers.env");
    const forClient = existsSync(servers)
      ? /^CLIENT_API_URL=(.+)$/m.exec(readFileSync(servers, "utf8"))?.[1]
      : apiUrl;
    const guess = (i: number) =>
      signIn(forClient ?? apiUrl, "127.0.0.81", `other-${i}@example.com`, {
        "x-forwarded-for": `192.0.2.${i}`,
        "x-proxy-key": "a guess of what it is",
      });
    await isStopped(guess);
  });

  test("Ctrl-C ends every process", async (t) => {
    const ms = (await started?.interrupt()) ?? assert.fail("it does not run");
    t.diagnostic(`${ms} ms`);
    assert.equal(await started?.ended, 0);
    assert.match(started?.said() ?? "", /Stopped\.\n$/);
  });

  test("the second start finds what was sold, under the page that stayed open", async () => {
    const { run: second, url } = await start();
    assert.match(second.said(), /^The marketplace has tickets already; nothing was added\.$/m);
    await page.reload();
    await people.badge(page, "Complete").waitFor();
    assert.equal(page.url(), bought);
    await page.goto(`${url}/orders`);
    await people.badge(page, "Complete").waitFor();
  });

  test("the API is killed under an open page: the page says so, and works when it is back", async () => {
    const { url } = await (started ?? assert.fail()).isUp();
    await page.goto(url);
    await page.getByRole("link", { name: "Food market" }).click();
    const buy = page.getByRole("button", { name: /^Buy for/ });
    await buy.waitFor();
    const title = await page.getByRole("heading", { level: 1 }).innerText();
    const ended = await killApi(started ?? assert.fail(), programs);
    await buy.click();
    // Either it was away, which the page says beside what was there, or it is back already.
    const news = page.getByText(/(could not|cannot) (be )?reach/i).first();
    await Promise.race([news.waitFor(), page.waitForURL(/\/orders\/[0-9a-f-]{36}$/)]);
    if (ended) {
      assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), title);
      await start();
    }
    await people.until("the order", async () => {
      if (await buy.isVisible()) await buy.click();
      await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/, { timeout: 1_000 }).catch(() => {});
      return page.url().includes("/orders/");
    });
    await people.heading(page, "Reserved for you").waitFor();
    await started?.interrupt();
  });

  test("--api-only: the API alone", async () => {
    const { run: api, url, apiUrl } = await start(["--api-only"]);
    assert.equal(url, "", "no page is announced");
    const tickets = await fetch(`${apiUrl}/api/tickets`);
    assert.equal(tickets.status, 200);
    assert.ok((await tickets.json()).length > 0);
    await assert.rejects(fetch(`http://localhost:${there.environment["CLIENT_PORT"]}/`));
    assert.ok(!api.processes().some((line) => line.includes("server.mjs")));
    await api.interrupt();
  });

  test("one port for both: pages and API at one address", async () => {
    const { PORT = "" } = there.environment;
    started = run(there, args, { environment: { CLIENT_PORT: PORT } });
    const { url, apiUrl } = await started.isUp();
    assert.deepEqual([url, apiUrl], Array(2).fill(`http://localhost:${PORT}`));
    await page.goto(url);
    await page.locator('a[href^="/tickets/"]').first().waitFor();
    const tickets = await fetch(`${apiUrl}/api/tickets`);
    assert.ok((await tickets.json()).length > 0);
    await started.interrupt();
  });

  test("kill -9 of ./run itself leaves nothing running", async () => {
    const { run: last } = await start([]);
    const [id] = last.processes().filter((line) => /bash \.\/run/.test(line));
    process.kill(Number.parseInt(id ?? "", 10), "SIGKILL");
    await people.until("nothing is left", () => last.processes().length === 0);
  });
}

/** Kills what answers the API. True when that ends the whole marketplace, which says so: in one
 *  process nothing is left that could start it again. */
async function killApi(running: Run, programs: string[]): Promise<boolean> {
  const service = programs.find((name) => name === "bin/orders-service") ?? "bin/ticketing";
  const lines = running
    .processes()
    .filter((line) => new RegExp(`^\\d+ \\S*${service} *$`).test(line));
  assert.ok(lines.length > 0, `${service} runs`);
  for (const line of lines) process.kill(Number.parseInt(line, 10), "SIGKILL");
  if (service !== "bin/ticketing") return false;
  assert.equal(await running.ended, 1);
  assert.match(running.said(), /^run: a part ended by itself; see above$/m);
  assert.deepEqual(running.processes(), []);
  return true;
}

/** Guesses, a few at a time, until one is refused as too many. A busy machine cannot check many at once. */
async function isStopped(guess: (i: number) => Promise<number>): Promise<void> {
  const seen: number[] = [];
  while (seen.length < 120 && !seen.includes(429)) {
    const some = Array.from({ length: 4 }, (_, i) => guess(seen.length + i));
    seen.push(...(await Promise.all(some)));
  }
  assert.ok(seen.includes(429), `is stopped: ${seen.join(" ")}`);
}

/** The status of a sign-in with a wrong password that comes from an address of this machine. */
function signIn(
  url: string,
  localAddress: string,
  email: string,
  headers: Record<string, string> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/api/users/signin`, {
      method: "POST",
      host: "127.0.0.1",
      localAddress,
      agent: false,
      headers: { "content-type": "application/json", ...headers },
    });
    request.on("response", (answer) => resolve(answer.resume().statusCode ?? 0));
    request.on("error", reject);
    request.end(JSON.stringify({ email, password: "wrong password" }));
  });
}
