// What docs/operations.md says of a new JWT_KEY is done, as written, to services that run; `kubectl` stands
// in for a cluster's. Who was signed in stays so, also with a token of the old key.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { until } from "../browser/people.ts";
import { blocksOf } from "./blocks.ts";
import { place, type Place, type Run, root, run } from "./marketplace.ts";

const blocks = blocksOf("docs/operations.md").filter(({ marker }) =>
  marker?.includes("run by: tests/front-door/rotation.test.ts"),
);
const described: { services: { name: string }[] } = JSON.parse(
  readFileSync(join(root, "src/services.json"), "utf8"),
);
const services = described.services.map(({ name }) => name);
const settings = "infra/k8s/base/settings.env";

let there: Place | undefined;
let started: Run | undefined;
after(async () => {
  await started?.interrupt().catch(() => started?.kill());
  there?.remove();
});

/** A folder with what the blocks read and write, and the variables under which they are run. */
function desk({ folder, environment: { DATA_DIR: dataDir = "" } }: Place, apiUrl: string) {
  const own = join(folder, "desk");
  for (const name of ["base", "overlays/prod"])
    mkdirSync(join(own, "infra/k8s", name), { recursive: true });
  copyFileSync(join(root, settings), join(own, settings));
  mkdirSync(join(own, "bin"));
  copyFileSync(join(root, "tests/front-door/kubectl"), join(own, "bin/kubectl"));
  const environment = {
    ...process.env,
    PATH: `${join(own, "bin")}:${process.env["PATH"]}`,
    FRONT_DOOR: folder,
    KEY_FILE: join(dataDir, "distributed/jwt.secret"),
    PUBLIC_KEYS_FILE: join(folder, "public-keys"),
    overlay: "infra/k8s/overlays/prod",
  };
  return async (script: string) => {
    const text = script.replaceAll("https://tickets.example.com", apiUrl);
    // Without blocking: fetch() has to hear of connections that the server closes meanwhile.
    await promisify(execFile)("bash", ["-euo", "pipefail", "-c", text], {
      cwd: own,
      env: environment,
      timeout: 1_200_000,
    });
    return readFileSync(join(own, settings), "utf8");
  };
}

/** The cookies that an answer sets. */
const cookiesOf = (answer: Response) =>
  new Map(
    answer.headers
      .getSetCookie()
      .map((line) => line.split(";", 1)[0]?.split("=") as [string, string]),
  );

test("a new JWT_KEY signs no user out", async () => {
  assert.equal(blocks.length, 2);
  there = await place();
  writeFileSync(join(there.folder, "public-keys"), "", { mode: 0o600 });
  const environment = { JWT_PUBLIC_KEYS_FILE: join(there.folder, "public-keys") };
  started = run(there, ["--distributed", "--api-only"], { environment });
  const { apiUrl } = await started.isUp();
  const follow = desk(there, apiUrl);
  const post = (path: string, body: object, cookie = "") =>
    fetch(`${apiUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify(body),
    });
  const statusWith = async (session = "") =>
    (await fetch(`${apiUrl}/api/orders`, { headers: { cookie: `session=${session}` } })).status;
  const keyOf = async () =>
    (await (await fetch(`${apiUrl}/.well-known/jwks.json`)).json()).keys[0].x;

  const person = { email: "a@example.com", password: "correct horse battery" };
  const old = cookiesOf(await post("/api/users/signup", person));
  const oldKey = await keyOf();
  assert.equal(await statusWith(old.get("session")), 200);

  assert.match(
    await follow(blocks[0]?.lines.join("\n") ?? ""),
    new RegExp(`^JWT_PUBLIC_KEYS=${oldKey}$`, "m"),
  );
  assert.notEqual(await keyOf(), oldKey);
  assert.equal(await statusWith(old.get("session")), 200, "a token of the old key is good");
  const answer = await post("/api/users/refresh", {}, `refresh=${old.get("refresh")}`);
  assert.equal(answer.status, 200, "the session goes on");
  const session = cookiesOf(answer).get("session");
  await until("a token of the new key is good", async () => (await statusWith(session)) === 200);

  assert.equal(
    await follow(blocks[1]?.lines.join("\n") ?? ""),
    readFileSync(join(root, settings), "utf8"),
  );
  const restart = (verb: string) =>
    services.map((name) => `kubectl -n ticketing rollout ${verb} deployment ${name}`).join("\n");
  await follow(`${restart("restart")}\n${restart("status")}`);
  assert.equal(await statusWith(session), 200);
  assert.equal(await statusWith(old.get("session")), 401, "the old key is gone");
});
