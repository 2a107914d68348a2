// Reads whole bodies before anything else happens with them, within limits: of each body, of all the
// bodies of a caller, and of all there are.
import { IncomingMessage } from "node:http";
import { refuse } from "./answers.mjs";
import { Shares } from "./callers.mjs";
import { bodyBytesMaxOf, limits } from "./limits.mjs";

const shares = new Shares(limits.bodyBytes);

/** The body, or undefined when the request was refused or has gone. What it holds counts until the
 *  answer is complete. */
export function readBody(request, response, caller) {
  const bodyBytesMax = bodyBytesMaxOf(request);
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > bodyBytesMax) {
    refuse(request, response, 413);
    return Promise.resolve(undefined);
  }
  if (request.expectsContinue) response.writeContinue();
  const chunks = [];
  let held = 0;
  response.once("close", () => shares.give(caller, held));
  return new Promise((resolve) => {
    const stop = (status) => {
      request.off("data", take);
      chunks.length = 0;
      shares.give(caller, held);
      held = 0;
      request.resume();
      refuse(request, response, status);
      resolve(undefined);
    };
    const take = (chunk) => {
      if (held + chunk.length > bodyBytesMax) return stop(413);
      const full = shares.take(caller, chunk.length);
      if (full) return stop(full === "caller" ? 429 : 503);
      held += chunk.length;
      chunks.push(chunk);
    };
    request.on("data", take);
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("close", () => resolve(undefined));
    request.once("error", () => resolve(undefined));
  });
}

/** The same request, with a body that was read: for Next, which reads it once more. */
export function withBody(request, body) {
  const copy = new IncomingMessage(request.socket);
  for (const name of ["method", "url", "headers", "rawHeaders", "httpVersion"])
    copy[name] = request[name];
  copy.httpVersionMajor = request.httpVersionMajor;
  copy.httpVersionMinor = request.httpVersionMinor;
  if (body.length > 0) copy.push(body);
  copy.push(null);
  copy.complete = true;
  return copy;
}
