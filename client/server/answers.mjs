// What the server answers by itself: refusals in the form that the API has, and for browsers as a page.
import { STATUS_CODES } from "node:http";
import { bodyBytesMaxOf } from "./limits.mjs";

const sentences = {
  400: ["malformed_request", "The request is malformed."],
  403: ["cross_site_request", "The request comes from another site."],
  405: ["method_not_allowed", "This method is not allowed here."],
  413: ["body_too_large", "The body is too large."],
  415: ["unsupported_media_type", "The media type of the body is not supported."],
  429: ["too_many_requests", "Too many requests of yours are under way. Try again in a moment."],
  500: ["internal_error", "Something went wrong here."],
  503: ["unavailable", "The service cannot be reached right now."],
  508: [
    "unavailable",
    "The request has passed through this server already: API_URL leads back to it.",
  ],
};

/** How long, and how much of, an unwanted body is read and dropped, so that its sender, who is still
 *  sending, gets to read the answer. */
const lingerMs = 3_000;
const lingerBytesMax = 32 * 1024 * 1024;

export function refuse(request, response, status, headers = {}) {
  if (response.headersSent) return void response.destroy();
  const [slug, detail] = sentences[status];
  const params = status === 413 ? { max: bodyBytesMaxOf(request) } : {};
  const title = STATUS_CODES[status];
  const wantsPage = String(request.headers.accept ?? "").includes("text/html");
  const body = wantsPage
    ? pageOf(title, detail)
    : JSON.stringify({
        type: `/problems/${slug}`,
        ...{ title, status, detail, slug },
        requestId: response.getHeader("x-request-id"),
        errors: [{ code: slug, params, message: detail }],
      });
  const unread = !request.complete;
  response.writeHead(status, {
    "content-type": wantsPage ? "text/html; charset=utf-8" : "application/problem+json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 429 || status === 503 ? { "retry-after": "2" } : {}),
    ...(unread ? { connection: "close" } : {}),
    ...headers,
  });
  if (!unread) return void response.end(request.method === "HEAD" ? undefined : body);
  if (request.method !== "HEAD") response.write(body);
  linger(request, response);
}

function linger(request, response) {
  let dropped = 0;
  const finish = () => response.end();
  const timer = setTimeout(finish, lingerMs);
  request.on("data", (chunk) => {
    dropped += chunk.length;
    if (dropped > lingerBytesMax) response.destroy();
  });
  request.once("end", finish);
  response.once("close", () => clearTimeout(timer));
  request.resume();
}

/** Complete without styles or script, which the policy of such a page would have to allow. */
const pageOf = (title, detail) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<h1>${title}</h1>
<p>${detail}</p>
<p><a href="/">To the front page</a></p>
</html>
`;

/** An answer to a connection that gets no further. */
export function refuseConnection(socket, status) {
  const [slug, detail] = sentences[status];
  const errors = [{ code: slug, params: {}, message: detail }];
  const body = JSON.stringify({ type: `/problems/${slug}`, status, detail, slug, errors });
  socket.on("error", () => {});
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nretry-after: 2\r\nconnection: close\r\n\r\n` +
      body,
  );
}
