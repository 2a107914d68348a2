// What is decided about a request before Next sees it: Next answers much that is malformed with 500 and
// a stack in its log.
import { refuse } from "./answers.mjs";

const clientsMax = 4;

/** Makes the request's target a path. False when it is none, which was answered then. */
export function readTarget(request, response) {
  const { url = "" } = request;
  // RFC 9112 §3.2.2: a whole address is allowed as well.
  const whole = /^https?:\/\/[^/?#]+/i.exec(url);
  if (whole) request.url = url.slice(whole[0].length).replace(/^(?!\/)/, "/");
  const path = request.url.split("?", 1)[0];
  if (!path.startsWith("/") || decoded(path) === undefined) {
    refuse(request, response, 400);
    return false;
  }
  return true;
}

/** Decoded, because the names of some files of the build contain brackets. */
export const pathOf = (request) => decoded(request.url.split("?", 1)[0]) ?? "";

function decoded(path) {
  try {
    const text = decodeURIComponent(path);
    return /[\0-\x1f\x7f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/**
 * RFC 9110 §7.6.3: each server that passes a request on adds itself. One that finds itself there, or
 * more clients than any set-up has, is in a loop. False when the request was refused.
 */
export function addToVia(request, response, own) {
  const before = request.headers.via ?? "";
  const clients = before.match(/\bticketing-client-[0-9a-f]+\b/g) ?? [];
  if (clients.includes(own) || clients.length >= clientsMax) {
    refuse(request, response, 508);
    return false;
  }
  request.headers.via = [before, `1.1 ${own}`].filter(Boolean).join(", ");
  return true;
}

/** The headers of the router of a page in the browser. Next throws on any that it does not
 *  understand. */
export function hasReadableRouterState({ headers }) {
  const given = headers["next-router-state-tree"];
  if (given === undefined) return true;
  if (given.length > 40_000) return false;
  try {
    return isRouterState(JSON.parse(decodeURIComponent(given)), 0);
  } catch {
    return false;
  }
}

const isText = (value) => typeof value === "string";
const isAbsent = (value) => value === null || value === undefined;
const isTexts = (value) => Array.isArray(value) && value.every(isText);
const paramTypes = /^(c|oc|d|(ci|di)(\(\.\.\)\(\.\.\)|\(\.{1,3}\)))$/;
const marks = ["refetch", "inside-shared-layout", "metadata-only"];

function isSegment(value) {
  if (isText(value)) return true;
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [name, key, type, siblings] = value;
  const isParam = isText(name) && isText(key) && isText(type) && paramTypes.test(type);
  return isParam && (siblings === null || isTexts(siblings));
}

function isRouterState(value, depth) {
  if (!Array.isArray(value) || value.length < 2 || value.length > 6 || depth > 30) return false;
  const [segment, parallel, address, mark, hints, id] = value;
  if (typeof parallel !== "object" || parallel === null || Array.isArray(parallel)) return false;
  return (
    isSegment(segment) &&
    (isAbsent(address) || (isTexts(address) && address.length === 2)) &&
    (isAbsent(mark) || marks.includes(mark)) &&
    (isAbsent(hints) || typeof hints === "number") &&
    (id === undefined || isText(id)) &&
    Object.values(parallel).every((child) => isRouterState(child, depth + 1))
  );
}

/**
 * The rule by which Next refuses forms of other sites, which it does with 500. Next lets a form without
 * Origin through; browsers send one with each form, so without it only their other word counts.
 */
export function isFromHere({ headers }) {
  if (headers.origin === undefined) return headers["sec-fetch-site"] === "same-origin";
  const host = (headers["x-forwarded-host"] ?? "").split(",", 1)[0].trim() || headers.host;
  return URL.parse(headers.origin)?.host === host;
}
