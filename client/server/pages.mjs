// Next, which renders the pages, and what is decided for each request before it does.
import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { readForm } from "./actions.mjs";
import { refuse } from "./answers.mjs";
import { withBody } from "./bodies.mjs";
import { Shares } from "./callers.mjs";
import { headersForAll, KeptPages, keyOf, RenderedPage } from "./kept-pages.mjs";
import { limits } from "./limits.mjs";
import { hopByHop } from "./pass-on.mjs";
import { hasReadableRouterState, isFromHere } from "./screening.mjs";
import { TakenResponse } from "./taken-response.mjs";
import { keptCookieLine, packInput } from "../lib/kept-input.ts";

const hstsSeconds = 365 * 24 * 3600;

/** The header that marks Next's own requests. With it Next asks this server for the page that
 *  an action leads to. */
export const ownHeader = "x-ticketing-own";
export const ownCaller = "own";

/** Returns a function that answers a request for a page whose body was read. */
export async function makePages({ dir, address, port, behindProxy, ownToken }) {
  process.env.NODE_ENV = "production";
  process.chdir(dir);
  // Otherwise Next would take X-Forwarded-Proto for the way this server is reached.
  process.env.__NEXT_PRIVATE_ORIGIN = originOf(address, port);
  const built = read(dir, ".next/required-server-files.json");
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(built.config);
  const knownActions = new Set(
    Object.keys(read(dir, ".next/server/server-reference-manifest.json").node),
  );
  const answers = new AsyncLocalStorage();
  globalThis[Symbol.for("ticketing.answer")] = answers;
  const next = createRequire(join(dir, "server.mjs"))("next");
  // Next listens for upgrades at the server that it is given, and then never answers them. This one
  // has none.
  const httpServer = { on() {} };
  const app = next({ dev: false, dir, hostname: address, port, httpServer });
  await app.prepare();
  const handle = app.getRequestHandler();
  const shares = new Shares(limits.pages);
  const keptPages = new KeptPages(limits.keptPages);

  /** Answers a request whose page is the same for all visitors without a session. */
  async function answerForAll(request, response, body, key) {
    const found = keptPages.find(key);
    const page = await (found ?? keptPages.add(key, () => renderForAll(request)));
    if (page) return page.send(request, response);
    // It was refused to the visitor for whom it was rendered.
    return answer(request, response, body);
  }

  async function renderForAll(request) {
    const inner = withBody(request, Buffer.alloc(0));
    const headers = { ...headersForAll(request), [ownHeader]: ownToken };
    // A HEAD is answered with the head of the page.
    Object.assign(inner, { method: "GET", headers, rawHeaders: [] });
    const taken = new TakenResponse(inner);
    const said = {};
    await answers.run(said, () => Promise.all([handle(inner, taken), taken.whole]));
    const status = said.status ?? taken.statusCode;
    return new RenderedPage(status, taken.getHeaders(), taken.body, said);
  }

  async function answer(request, response, body) {
    if (isOfOtherRelease(request, built.config.deploymentId)) return refuse(request, response, 404);
    let inner = withBody(request, body);
    if (request.method === "POST") {
      const form = isFromHere(request)
        ? await readForm(request, body, knownActions)
        : { refusal: 403 };
      if (form.refusal === "unknown action") return answerOldPage(request, response, body);
      if (form.refusal) return refuse(request, response, form.refusal);
      request.headers["content-type"] = form.type;
      request.headers["content-length"] = String(form.body.length);
      delete request.headers["transfer-encoding"];
      inner = withBody(request, form.body);
    }
    // Next sends the headers along when it asks this server.
    for (const header of [...hopByHop, "expect"]) delete request.headers[header];
    request.headers[ownHeader] = ownToken;
    if (request.headers["rsc"] || request.headers["next-action"]) return handle(inner, response);
    return withStatusOfPage(answers, response, () => handle(inner, response));
  }

  return function answerPage(request, response, body, caller) {
    if (!["GET", "HEAD", "POST"].includes(request.method))
      return refuse(request, response, 405, { allow: "GET, HEAD, POST" });
    if (!hasReadableRouterState(request)) return refuse(request, response, 400);
    // Next's own request for a page is a part of the one that led to it.
    const full = caller === ownCaller ? undefined : shares.take(caller);
    if (full) return refuse(request, response, full === "caller" ? 429 : 503);
    const closed = new Promise((resolve) => response.once("close", resolve));
    if (behindProxy && request.headers["x-forwarded-proto"] === "https")
      response.setHeader("strict-transport-security", `max-age=${hstsSeconds}`);
    const key = caller === ownCaller ? undefined : keyOf(request, body);
    const answering =
      key === undefined
        ? answer(request, response, body)
        : answerForAll(request, response, body, key);
    const over = answering.catch((error) => {
      console.error(`client: ${request.method} ${request.url}: ${error?.message}`);
      refuse(request, response, 500);
    });
    // A page for all is rendered to its end, also when the visitor who caused that has gone.
    if (caller !== ownCaller) Promise.all([closed, key && over]).then(() => shares.give(caller));
  };
}

const read = (dir, name) => JSON.parse(readFileSync(join(dir, name), "utf8"));

/** Where this server reaches itself. */
function originOf(address, port) {
  const reached = { "0.0.0.0": "127.0.0.1", "::": "::1" }[address] ?? address;
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}

/** Whether the router of a page of another release asks for a page's data. It would load modules of
 *  this release among its own; refused, it loads the whole document. */
function isOfOtherRelease({ method, headers }, ours) {
  const release = headers["x-deployment-id"];
  return method === "GET" && headers["rsc"] !== undefined && (release ?? ours) !== ours;
}

/** An action that this build does not have. The script gets Next's own answer, and loads the page again;
 *  a browser without script is sent to it. Next would log a stack each time. */
async function answerOldPage(request, response, body) {
  if (request.headers["next-action"] !== undefined) {
    response.writeHead(404, { "content-type": "text/plain", "x-nextjs-action-not-found": "1" });
    return void response.end("This page is older than the shop. Load it again.");
  }
  const headers = { "content-type": request.headers["content-type"] };
  const form = await new Response(body, { headers }).formData();
  const { pathname, search } = new URL(request.url, "http://here.invalid");
  const kept = packInput(pathname, "older_page", form);
  const cookie = kept === undefined ? {} : { "set-cookie": keptCookieLine(kept) };
  response.writeHead(303, { location: pathname + search, ...cookie });
  response.end();
}

/** The status that a page asks for (lib/answer-status.ts) becomes the status of its document. The
 *  router's own requests keep theirs: it takes any other than 200 for a broken server. */
function withStatusOfPage(answers, response, render) {
  const answer = {};
  const writeHead = response.writeHead;
  response.writeHead = (status, ...rest) =>
    writeHead.call(response, answer.status ?? status, ...rest);
  return answers.run(answer, render);
}
