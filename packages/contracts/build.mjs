// Writes dist from the sources that the C++ services use: the golden files have the fields of an
// event, the table of docs/events.md which fields may be absent and who owns it, the client's API types
// (generated from the OpenAPI document) what the API looks like.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const dist = join(here, "dist");
const contracts = join(root, "src/contracts");

const typeName = (subject) =>
  subject
    .split(/[._]/)
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join("");

/** The shape of a value: "string", "number", "boolean", or an object of shapes. */
function shapeOf(value) {
  if (value === null || typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

/** The paths of the fields that may be absent: "id, orderId?, ticket{id, price?}" has "orderId" and
 *  "ticket.price". */
function optionalOf(fields) {
  const within = [];
  const paths = [];
  for (const [, name, mark, after] of fields.matchAll(/(\w+)(\??)([{}]*)/g)) {
    if (mark) paths.push([...within, name].join("."));
    if (after === "{") within.push(name);
    else within.splice(within.length - after.length);
  }
  return paths;
}

function printed(shape, optional, path = []) {
  if (typeof shape === "string") return shape;
  const indent = "  ".repeat(path.length + 1);
  const lines = Object.entries(shape).map(([name, inner]) => {
    const at = [...path, name];
    const mark = optional.includes(at.join(".")) ? "?" : "";
    return `${indent}${name}${mark}: ${printed(inner, optional, at)};\n`;
  });
  return `{\n${lines.join("")}${indent.slice(2)}}`;
}

async function readTable() {
  const rows = new Map();
  for (const line of (await readFile(join(root, "docs/events.md"), "utf8")).split("\n")) {
    const cells = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const subject = cells.length === 4 && cells[0].match(/^`([a-z]+\.[a-z_]+)`$/)?.[1];
    if (!subject) continue;
    rows.set(subject, { owner: cells[1], optional: optionalOf(cells[2]) });
  }
  return rows;
}

const table = await readTable();
const events = {};
for (const file of (await readdir(join(contracts, "golden"))).sort()) {
  const subject = basename(file, ".json");
  const row = table.get(subject);
  if (!row) throw new Error(`${subject} is missing in the table of docs/events.md`);
  const golden = JSON.parse(await readFile(join(contracts, "golden", file), "utf8"));
  events[subject] = { owner: row.owner, optional: row.optional, shape: shapeOf(golden) };
}
const lost = [...table.keys()].filter((subject) => !(subject in events));
if (lost.length > 0) throw new Error(`no golden file for ${lost.join(", ")}`);

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await cp(join(contracts, "golden"), join(dist, "golden"), { recursive: true });
await cp(join(contracts, "openapi.json"), join(dist, "openapi.json"));
await cp(join(root, "client/lib/api/types.gen.ts"), join(dist, "api.d.ts"));

const note = "// Written by packages/contracts/build.mjs.\n";
await writeFile(
  join(dist, "index.d.ts"),
  note +
    Object.entries(events)
      .map(
        ([subject, { owner, optional, shape }]) =>
          `\n/** \`${subject}\`, owned by ${owner}. */\nexport type ${typeName(subject)} = ${printed(shape, optional)};\n`,
      )
      .join("") +
    `
export interface Events {
${Object.keys(events)
  .map((subject) => `  "${subject}": ${typeName(subject)};\n`)
  .join("")}}

export type Subject = keyof Events;

/** Every subject with the service that owns it. */
export declare const owners: Readonly<Record<Subject, string>>;

/** Thrown by decode: the text is not that event. No retry helps. */
export declare class ContractError extends Error {}

/** Reads the payload of an event. Fields that are not known are left in place. */
export declare function decode<S extends Subject>(subject: S, payload: string): Events[S];
`,
);
await writeFile(
  join(dist, "index.js"),
  note +
    `const events = ${JSON.stringify(events, null, 2)};

export const owners = Object.freeze(
  Object.fromEntries(Object.entries(events).map(([subject, { owner }]) => [subject, owner])),
);

export class ContractError extends Error {
  name = "ContractError";
}

function check(subject, shape, optional, value, path) {
  if (typeof shape === "string") {
    if (typeof value !== shape) throw new ContractError(\`\${subject}: \${path} is not a \${shape}\`);
    return;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new ContractError(\`\${subject}: \${path || "the payload"} is not an object\`);
  }
  for (const [name, inner] of Object.entries(shape)) {
    const at = path ? \`\${path}.\${name}\` : name;
    if (value[name] !== undefined) check(subject, inner, optional, value[name], at);
    else if (!optional.includes(at)) throw new ContractError(\`\${subject}: \${at} is missing\`);
  }
}

export function decode(subject, payload) {
  const event = Object.hasOwn(events, subject) ? events[subject] : undefined;
  if (!event) throw new ContractError(\`no event is called \${subject}\`);
  let value;
  try {
    value = JSON.parse(payload);
  } catch (error) {
    throw new ContractError(\`\${subject}: not JSON\`, { cause: error });
  }
  check(subject, event.shape, event.optional, value, "");
  return value;
}
`,
);
