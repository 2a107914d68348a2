// Packs the package, installs it into a project of its own and uses it there as another project would.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const golden = join(here, "../../src/contracts/golden");
const tsc = join(here, "../../client/node_modules/typescript/bin/tsc");
const subjects = readdirSync(golden).map((file) => file.replace(/\.json$/, ""));
const textOf = (subject) => readFileSync(join(golden, `${subject}.json`), "utf8");
let project, contracts;

const npm = (...args) =>
  execFileSync("npm", [...args, "--silent"], {
    cwd: project,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });

before(async () => {
  project = mkdtempSync(join(tmpdir(), "contracts-"));
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  npm("pack", here, "--pack-destination", project);
  const archive = readdirSync(project).find((file) => file.endsWith(".tgz"));
  npm("install", "--offline", "--no-audit", "--no-fund", join(project, archive));
  const installed = join(project, "node_modules/@ticketing/contracts");
  contracts = await import(pathToFileURL(join(installed, "dist/index.js")).href);
});
after(() => rmSync(project, { recursive: true, force: true }));

test("every golden event is decoded as it is", () => {
  assert.ok(subjects.length >= 10);
  for (const subject of subjects) {
    assert.deepEqual(contracts.decode(subject, textOf(subject)), JSON.parse(textOf(subject)));
  }
  assert.deepEqual(Object.keys(contracts.owners).sort(), subjects.sort());
});

test("golden files and the API's description come along byte by byte", () => {
  for (const subject of subjects) {
    const file = join(project, "node_modules/@ticketing/contracts/dist/golden", `${subject}.json`);
    assert.equal(readFileSync(file, "utf8"), textOf(subject));
  }
  assert.ok(existsSync(join(project, "node_modules/@ticketing/contracts/dist/openapi.json")));
});

test("an event without a field that it must have is refused by the field's name", () => {
  for (const subject of subjects) {
    const event = JSON.parse(textOf(subject));
    const name = Object.keys(event)[0];
    delete event[name];
    assert.throws(
      () => contracts.decode(subject, JSON.stringify(event)),
      (error) => error instanceof contracts.ContractError && error.message.includes(name),
    );
  }
});

test("optional fields may be absent, and unknown fields may be present", () => {
  const ticket = JSON.parse(textOf("ticket.updated"));
  delete ticket.orderId;
  assert.equal(
    contracts.decode("ticket.updated", JSON.stringify({ ...ticket, colour: "red" })).colour,
    "red",
  );
  const order = JSON.parse(textOf("order.created"));
  delete order.ticket.filePromised;
  assert.deepEqual(contracts.decode("order.created", JSON.stringify(order)), order);
  delete order.ticket.price;
  assert.throws(() => contracts.decode("order.created", JSON.stringify(order)), /ticket\.price/);
});

test("other types, other subjects and other texts are refused", () => {
  const order = JSON.parse(textOf("order.created"));
  for (const [subject, text] of [
    ["order.created", JSON.stringify({ ...order, version: "0" })],
    ["order.created", JSON.stringify({ ...order, ticket: { id: 7, price: 1 } })],
    ["order.created", JSON.stringify({ ...order, ticket: null })],
    ["order.created", "[]"],
    ["order.created", "{"],
    ["order.vanished", "{}"],
    ["constructor", "{}"],
  ]) {
    assert.throws(() => contracts.decode(subject, text), contracts.ContractError);
  }
});

test(
  "the types agree with the events",
  { skip: !existsSync(tsc) && "TypeScript is not installed: client/build.sh" },
  () => {
    writeFileSync(
      join(project, "right.ts"),
      `import { decode, owners, type OrderCreated, type Subject } from "@ticketing/contracts";
     import type { Order } from "@ticketing/contracts/api";
     import golden from "@ticketing/contracts/golden/order.created.json" with { type: "json" };
     const event: OrderCreated = decode("order.created", JSON.stringify(golden));
     const cents: number = event.ticket.price * 100;
     const subject: Subject = "payment.failed";
     const owner: string = owners[subject];
     const id: Order["id"] = event.id;
     const order: string | undefined = decode("ticket.updated", "").orderId;
     console.log(cents, owner, id, order);`,
    );
    writeFileSync(
      join(project, "wrong.ts"),
      `import { decode } from "@ticketing/contracts";
     decode("order.vanished", "");
     decode("order.created", "").version.length;
     decode("order.created", "").seat;`,
    );
    const check = (file) =>
      execFileSync(
        process.execPath,
        [
          tsc,
          "--noEmit",
          "--strict",
          "--skipLibCheck",
          "false",
          "--module",
          "nodenext",
          "--target",
          "es2022",
          "--lib",
          "es2022,dom",
          "--resolveJsonModule",
          file,
        ],
        { cwd: project, encoding: "utf8" },
      );
    assert.equal(check("right.ts"), "");
    assert.throws(
      () => check("wrong.ts"),
      (error) => error.stdout.match(/error TS/g).length === 3,
    );
  },
);
