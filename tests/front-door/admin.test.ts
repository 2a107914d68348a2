// ticketing-admin takes its options in any order of words.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./marketplace.ts";

const program = join(root, "build/release/bin/ticketing-admin");
const url = ["--url", "http://127.0.0.1:9"];
const orders = [
  ["payments", ...url, "reconcile"],
  ["payments", "reconcile", ...url],
  ["payments", "reconcile", ...url, "--days", "2"],
  ["payments", "reconcile", "--days", "2", ...url],
  ["payments", "refund", "an-order", ...url, "--relist"],
  ["users", "grant", ...url, "ada@example.com", "operator"],
  ["users", "revoke", "ada@example.com", "operator", ...url],
  ["payments", "refund", ...url, "--amount", "5.00", "an-order"],
];

for (const words of orders)
  test(`ticketing-admin ${words.join(" ")}`, () => {
    const env = { PATH: process.env.PATH, OPERATOR_TOKEN: "an-operator-of-tests-0123456789" };
    const done = spawnSync(program, words, { env, encoding: "utf8", timeout: 200_000 });
    // It understood the words: what fails is the service, which is not there.
    assert.match(done.stderr, /http:\/\/127\.0\.0\.1:9 does not answer/);
    assert.equal(done.status, 1);
  });
