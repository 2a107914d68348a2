// Whether a posted body is one that a form of these pages can have sent. React's decoder, which reads it
// next, accepts many more kinds of values than forms have, and throws on unknown ones.
//
// Two forms of a body, multipart/form-data:
// - with script, the header `next-action` names the action; the part "0" is the JSON list of its
//   arguments, of which "$K1" is the form whose fields are the parts "_1_…". An action that takes no
//   arguments comes as text/plain, "[]";
// - without script, the field "$ACTION_ID_…" names the action, or "$ACTION_REF_1" does together with
//   "$ACTION_1:0" (the action) and "$ACTION_1:1" (its first argument, the state of the form).

import { fileFieldOf } from "./limits.mjs";

const idForm = /^[0-9a-f]{42}$/;
const fieldsMax = 64;
const noArguments = Buffer.from("[]");

/** Next writes into the id which arguments an action uses; with the second, the first is the state. */
const takesNothing = (id) => (Number.parseInt(id.slice(0, 2), 16) & 0x7e) === 0;
const takesState = (id) => (Number.parseInt(id.slice(0, 2), 16) & 0x20) !== 0;

/**
 * Reads a posted body. Returns `{ body, type }`, the same fields written again: two readers may see
 * different fields in one malformed body, but not in that one. Or `{ refusal }`: a status, or "unknown
 * action" for one that this build does not have.
 */
export async function readForm(request, body, knownActions) {
  const type = request.headers["content-type"] ?? "";
  const action = request.headers["next-action"];
  if (action !== undefined && !idForm.test(action)) return { refusal: 400 };
  if (action !== undefined && /^text\/plain\b/i.test(type)) {
    if (!knownActions.has(action)) return { refusal: "unknown action" };
    return takesNothing(action) && body.equals(noArguments) ? { body, type } : { refusal: 400 };
  }
  if (!/^multipart\/form-data\s*;/i.test(type)) return { refusal: 415 };
  const form = await parse(body, type, fileFieldOf(request));
  const id = form && (action ?? actionOfFields(form));
  if (id === undefined) return { refusal: 400 };
  if (!knownActions.has(id)) return { refusal: "unknown action" };
  const isComplete =
    action === undefined ? form.has(`$ACTION_ID_${id}`) !== takesState(id) : areArguments(form, id);
  return isComplete ? written(form) : { refusal: 400 };
}

async function written(form) {
  const data = new FormData();
  for (const [name, value] of form) data.append(name, value);
  const response = new Response(data);
  const type = response.headers.get("content-type");
  return { body: Buffer.from(await response.arrayBuffer()), type };
}

/** The name of a field: script writes an argument's number before it. */
const nameOf = (part) => part.replace(/^_[0-9a-f]{1,4}_/, "");

/** The fields, all of which are text, but for one that may be a file. */
async function parse(body, type, fileField) {
  try {
    const data = await new Response(body, { headers: { "content-type": type } }).formData();
    const entries = [...data.entries()];
    const files = entries.filter(([, value]) => typeof value !== "string");
    const areKnown = files.every(([name]) => nameOf(name) === fileField);
    if (entries.length > fieldsMax || files.length > 1 || !areKnown) return undefined;
    return new Map(entries);
  } catch {
    return undefined;
  }
}

/** The action that a form without script names, if it names exactly one as React does. */
function actionOfFields(form) {
  const names = [...form.keys()].filter((name) => /^\$ACTION_(ID|REF)_/.test(name));
  if (names.length !== 1) return undefined;
  const [name] = names;
  if (name.startsWith("$ACTION_ID_")) {
    const id = name.slice("$ACTION_ID_".length);
    return idForm.test(id) ? id : undefined;
  }
  const prefix = /^\$ACTION_REF_([0-9a-f]{1,4})$/.exec(name)?.[1];
  const action = json(form.get(`$ACTION_${prefix}:0`));
  const state = json(form.get(`$ACTION_${prefix}:1`));
  if (!isObject(action) || Object.keys(action).sort().join() !== "bound,id") return undefined;
  const isBound = action.bound === "$@1" && Array.isArray(state) && state.length === 1;
  return isBound && isState(state[0]) && idForm.test(action.id) ? action.id : undefined;
}

/** The arguments of an action called by script: the form, after the form's state if it takes one. */
function areArguments(form, id) {
  const list = json(form.get("0"));
  if (!Array.isArray(list) || list.length !== (takesState(id) ? 2 : 1)) return false;
  const reference = list.at(-1);
  if (typeof reference !== "string" || !/^\$K[0-9a-f]{1,4}$/.test(reference)) return false;
  const prefix = `_${reference.slice(2)}_`;
  const others = [...form.keys()].filter((name) => name !== "0" && !name.startsWith(prefix));
  return others.length === 0 && (list.length === 1 || isState(list[0]));
}

/** The state that a form shows: an object of plain values. */
const isState = (value) => isObject(value) && isPlain(value, 0);

function isPlain(value, depth) {
  if (typeof value === "string")
    return !value.startsWith("$") || value.startsWith("$$") || value === "$undefined";
  if (typeof value !== "object" || value === null) return true;
  if (depth > 8) return false;
  return Object.entries(value).every(
    ([name, held]) => name !== "__proto__" && isPlain(held, depth + 1),
  );
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function json(text) {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
