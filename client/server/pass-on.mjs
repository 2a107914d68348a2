// Passes /api on to the API, answers unbuffered, so that the browser sees one origin in local runs. In
// a cluster the ingress or gateway does that.
import http from "node:http";
import https from "node:https";
import { refuse } from "./answers.mjs";

// RFC 9110 §7.6.1: these concern one connection, not the message.
export const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
];

/** The API answers within 10 s by its own rules. */
const answerMs = 30_000;
/** From this size on the API is asked to accept the body before it is sent: an API that refuses a body
 *  closes the connection, and a sender in the middle of it would lose the answer. */
const askedBytesMin = 16 * 1024;

/** A function that passes a request and its body on, and the answers that never end by themselves. */
export function makePassOn(api) {
  const { request: send, Agent } = api.protocol === "https:" ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const streams = new Set();
  const target = { protocol: api.protocol, hostname: hostOf(api), port: api.port };

  function passOn(request, response, body) {
    const upstream = send({
      ...target,
      path: request.url,
      method: request.method,
      headers: headersFor(request, body),
      agent,
    });
    upstream.on("response", (answer) => {
      upstream.setTimeout(0);
      answerWith(response, answer);
      if (/^text\/event-stream/.test(answer.headers["content-type"] ?? "")) streams.add(response);
    });
    upstream.setTimeout(answerMs, () => upstream.destroy(new Error("no answer in time")));
    upstream.on("error", () => refuse(request, response, 503));
    response.on("close", () => {
      streams.delete(response);
      upstream.destroy();
    });
    if (body.length < askedBytesMin) return void upstream.end(body);
    upstream.on("continue", () => upstream.end(body));
    upstream.flushHeaders();
  }
  return { passOn, streams };
}

/** What `http.request` calls the host of an address: IPv6 without its brackets. */
const hostOf = ({ hostname }) => hostname.replace(/^\[|\]$/g, "");

function headersFor(request, body) {
  const headers = { ...request.headers };
  for (const header of [...hopByHop, "transfer-encoding", "expect"]) delete headers[header];
  const hasBody = body.length > 0 || "content-length" in headers;
  if (hasBody) headers["content-length"] = String(body.length);
  if (body.length >= askedBytesMin) headers.expect = "100-continue";
  return headers;
}

function answerWith(response, answer) {
  const back = { ...answer.headers };
  for (const header of hopByHop) delete back[header];
  response.writeHead(answer.statusCode ?? 502, back);
  response.flushHeaders();
  answer.pipe(response);
  answer.on("error", () => response.destroy());
}
