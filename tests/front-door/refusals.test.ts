// `./run` refuses a port that is taken in one sentence, and leaves nothing running.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { copyCheckout } from "./checkout.ts";
import { place, type Place, type Run, run as start, type RunOptions } from "./marketplace.ts";

const places: Place[] = [];
const runs: Run[] = [];
after(() => {
  // Nothing is left of a test that failed.
  for (const { kill } of runs) kill();
  for (const { remove } of places) remove();
});

function run(there: Place, args: string[], options?: RunOptions): Run {
  const started = start(there, args, options);
  runs.push(started);
  return started;
}

async function newPlace(): Promise<Place> {
  const made = await place();
  places.push(made);
  return made;
}

async function occupy(port: string | undefined, host: string): Promise<Server> {
  const server = createServer().listen(Number(port), host);
  await once(server, "listening");
  return server;
}

const shapes = [[], ["--distributed"]];
for (const shape of shapes)
  for (const variable of ["PORT", "CLIENT_PORT"])
    for (const host of ["127.0.0.1", "::1"])
      test(`./run ${shape} with ${variable} taken at ${host}`, async () => {
        const there = await newPlace();
        const port = there.environment[variable];
        const server = await occupy(port, host);
        const refused = run(there, shape);
        const code = await refused.ended;
        server.close();
        assert.equal(code, 1);
        const other = `${variable}=${Number(port) + 1} ./run`;
        const sentence = `run: port ${port} (${variable}) is taken; stop what uses it, or choose another: ${other}\n`;
        assert.equal(refused.said(), sentence, "one sentence, and before anything is built");
        assert.deepEqual(refused.processes(), []);
      });

test("./run with a port that is none", async () => {
  const refused = run(await newPlace(), [], { environment: { CLIENT_PORT: "seven" } });
  assert.equal(await refused.ended, 1);
  assert.equal(refused.said(), 'run: CLIENT_PORT must be a number from 1 to 65535, not "seven"\n');
});

test("./run with a port that is taken while it builds", async () => {
  const there = await newPlace();
  const started = run(there, []);
  while (!started.said().includes("==> Packages")) await wait(5);
  const server = await occupy(there.environment["CLIENT_PORT"], "127.0.0.1");
  const code = await started.ended;
  server.close();
  assert.equal(code, 1, started.said());
  assert.match(started.said(), /^run: port \d+ \(CLIENT_PORT\) is taken; /m);
  assert.deepEqual(started.processes(), []);
});

for (const [name, phase] of [
  ["builds", "==> Building the services"],
  ["starts", "==> Starting"],
] as const)
  for (const shape of shapes)
    test(`Ctrl-C while ./run ${shape} ${name} leaves nothing`, async () => {
      const started = run(await newPlace(), shape);
      while (!started.said().includes(phase)) await wait(5);
      await wait(phase === "==> Starting" ? 300 : 0);
      await started.interrupt();
      assert.equal(await started.ended, 130, started.said());
    });

test("./run --demo in a copy whose path has spaces, with such a folder for its data", async (t) => {
  const there = await newPlace();
  const checkout = join(there.folder, "a shop of mine");
  const began = performance.now();
  const environment = copyCheckout(checkout);
  t.diagnostic(`copied in ${Math.round(performance.now() - began)} ms`);
  const started = run(there, ["--demo"], { checkout, environment });
  const { url } = await started.isUp();
  assert.match(started.said(), /^Added a dozen shows with sixty tickets, /m);
  assert.match(await (await fetch(url)).text(), /Jazz trio/);
  for (const program of ["bin/ticketing", "server.mjs"])
    assert.ok(
      started.processes().some((line) => line.includes(`${checkout}/`) && line.includes(program)),
      `${program} of the copy in\n${started.processes().join("\n")}`,
    );
  await started.interrupt();
});
