// A page of one release and a server of another, in both directions, and both at once behind nginx.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import * as people from "../people.ts";
import { freePort } from "../ports.ts";
import { startStack, type Stack } from "../stack.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const { services: described } = JSON.parse(
  readFileSync(join(root, "src/services.json"), "utf8"),
) as {
  services: { name: string; api?: boolean }[];
};
const servicesWithApi = described.filter((service) => service.api).map(({ name }) => name);
const second = process.env.SECOND_CLIENT ?? assert.fail("start it with releases/run.sh");

let stack: Stack;
let browser: Browser;
let folder: string;
let url: string;
let addresses: { first: string; second: string };
let nginx: ChildProcess | undefined;
const running: ChildProcess[] = [];

before(async () => {
  stack = await startStack({ clientEnvironment: { TRUST_PROXY: "1" } });
  browser = await people.openBrowser();
  folder = mkdtempSync(join(tmpdir(), "releases-"));
  const [secondPort, edgePort] = [freePort(), freePort()];
  addresses = {
    first: new URL(stack.clientUrl).host.replace("localhost", "127.0.0.1"),
    second: `127.0.0.1:${secondPort}`,
  };
  start(join(second, "start.sh"), [], {
    PORT: String(secondPort),
    API_URL: stack.apiUrl,
    TRUST_PROXY: "1",
  });
  url = `http://localhost:${edgePort}`;
  listen = `127.0.0.1:${edgePort}`;
  configure("first");
  nginx = start(
    "nginx",
    ["-e", "stderr", "-c", join(folder, "nginx.conf"), "-g", "daemon off;"],
    {},
  );
  await answers(`http://${addresses.second}/healthz`);
  await answers(`${url}/healthz`);
});
after(async () => {
  await browser?.close();
  for (const process of running) process.kill("SIGTERM");
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(command: string, words: string[], environment: Record<string, string>) {
  const child = spawn(command, words, { env: { ...process.env, ...environment }, stdio: "ignore" });
  running.push(child);
  return child;
}

/** The workers of nginx that take connections. One that is told to stop ends those that idle at once. */
const workers = () =>
  readFileSync(`/proc/${nginx?.pid}/task/${nginx?.pid}/children`, "utf8")
    .split(" ")
    .filter((id) => id && !isShuttingDown(id));

function isShuttingDown(id: string): boolean {
  try {
    const words = readFileSync(`/proc/${id}/cmdline`, "utf8");
    return words === "" || words.includes("shutting down");
  } catch {
    return true; // it has ended
  }
}

async function answers(address: string) {
  await people.until(`an answer from ${address}`, async () => {
    const answer = await fetch(address).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  });
}

let listen = "";
/** Who gets requests for pages. */
function configure(who: "first" | "second" | "both"): void {
  const { first, second } = addresses;
  const clients = {
    first: `${first},-${second}`,
    second: `-${first},${second}`,
    both: `${first},${second}`,
  };
  const api = new URL(stack.apiUrl).host;
  const services = servicesWithApi.map((name) => `${name}=${api}`);
  const words = [listen, folder, ...services, `client=${clients[who]}`];
  const text = execFileSync(join(root, "infra/nginx/render"), words, { encoding: "utf8" });
  writeFileSync(join(folder, "nginx.conf"), text);
}

async function turnTo(who: "first" | "second" | "both"): Promise<void> {
  configure(who);
  const before = workers();
  execFileSync("nginx", ["-e", "stderr", "-c", join(folder, "nginx.conf"), "-s", "reload"]);
  // A reload closes connections that idle: a form that a person sends later finds them closed.
  await people.until("the workers of before stop", () => before.every(isShuttingDown));
  chunkOfSecond ??= await secondChunk();
  const expected = { first: false, second: true, both: undefined }[who];
  await people.until(`nginx turns to ${who}`, async () => {
    const text = await (await fetch(`${url}/auth/signin`)).text();
    const build = text.match(/_next\/static\/chunks\/client-[0-9a-f]+/)?.[0];
    return expected === undefined || (build === chunkOfSecond) === expected;
  });
}
let chunkOfSecond: string | undefined;
const secondChunk = async () =>
  (await (await fetch(`http://${addresses.second}/auth/signin`)).text()).match(
    /_next\/static\/chunks\/client-[0-9a-f]+/,
  )?.[0];

const at = () => ({ ...stack, url });

/** Every form of a purchase, its server turned away from between the page and the press. */
async function buyAcross(
  page: Page,
  email: string,
  from: "first" | "second",
  to: "first" | "second",
) {
  const step = async (open: () => Promise<unknown>, press: () => Promise<unknown>) => {
    await turnTo(from);
    await open();
    await turnTo(to);
    await press();
  };
  const press = (name: string | RegExp) => page.getByRole("button", { name }).click();
  await step(
    async () => {
      await page.goto(`${url}/auth/signup`);
      await people.fillCredentials(page, email);
    },
    async () => {
      await press("Create account");
      // By then the whole document of the other release is there.
      await page.getByRole("banner").getByText(email).waitFor();
    },
  );
  await step(
    async () => {
      await page.goto(`${url}/tickets/new`);
      await page.getByLabel("What is it for?").fill(`From ${from}`);
      await page.getByLabel("Price").fill("10");
    },
    async () => {
      await press("List ticket");
      await people.heading(page, `From ${from}`).waitFor();
    },
  );
  await step(
    () => page.reload(),
    () => press(/^Buy for/),
  );
  await people.heading(page, "Reserved for you").waitFor();
  await step(
    () => page.reload(),
    () => people.pay({ page }),
  );
  await people.heading(page, "It’s yours").waitFor();
  await step(
    async () => {
      await page.reload();
      await page.locator("summary").click();
    },
    () => press(/^Return it/),
  );
  await people.heading(page, "Your money is on its way back").waitFor();
  await step(
    () => page.reload(),
    () => press("Sign out"),
  );
  await people.heading(page, "You are signed out").waitFor();
}

for (const javaScriptEnabled of [true, false])
  for (const [from, to] of [
    ["first", "second"],
    ["second", "first"],
  ] as const)
    test(`a page of the ${from} works with the ${to}${javaScriptEnabled ? "" : ", without script"}`, async () => {
      const { page } = await people.visitor(browser, { javaScriptEnabled });
      await buyAcross(page, people.newEmail(from), from, to);
    });

test("both at once: every page gets its script, and no form fails", async () => {
  await turnTo("both");
  const person = await people.signUp(browser, at(), "rolling");
  const { page } = person;
  const missing: string[] = [];
  page.on("response", (answer) => {
    // The router is refused data of the other release, and loads the document instead.
    if (answer.status() >= 400 && !answer.url().includes("_rsc="))
      missing.push(`${answer.status()} ${answer.url()}`);
  });
  for (let round = 0; round < 4; round++) {
    const ticket = await people.sell(person, at(), `Round ${round}`, "10");
    await people.buy(person, ticket);
    await people.pay(person);
    await people.heading(page, "It’s yours").waitFor();
    await page.getByRole("link", { name: "Orders", exact: true }).click();
    await people.heading(page, "My orders").waitFor();
  }
  assert.deepEqual(missing, []);
});
