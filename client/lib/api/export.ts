// All that the shop keeps of the caller, as one document. Each service has a part of it, at a path of
// the API that ends in "/export"; which there are says the API's description.
import { type Caller, failure, type Reply, send } from "./transport.ts";
import type { SignedOut, Unavailable } from "./transport.ts";
import type { KeptPage } from "./types.gen.ts";

type Page = { page: KeptPage; next: string | undefined };

/**
 * Pages are limited to so many a minute: what is over it waits, which a file to be saved may. Together
 * the waits for a page are shorter than a proxy waits for the next byte.
 */
const waitsMax = 5;
const waitMsMax = 5_000;

const pathsOf = (description: unknown): string[] =>
  Object.keys((description as { paths: object }).paths).filter((path) => path.endsWith("/export"));

async function readPage(caller: Caller, path: string): Promise<Reply> {
  for (let waits = 0; ; ++waits) {
    const reply = await send(caller, { path });
    if (!reply.reached || reply.status !== 429 || waits === waitsMax) return reply;
    const seconds = Number(reply.headers.get("retry-after") ?? 1);
    await new Promise((done) => setTimeout(done, Math.min(seconds * 1_000, waitMsMax)));
  }
}

const nextOf = (headers: Headers): string | undefined =>
  /<(\/[^>]*)>; rel="next"/.exec(headers.get("link") ?? "")?.[1];

type Read = { outcome: "ok"; read: Page } | SignedOut | Unavailable;

async function read(caller: Caller, path: string): Promise<Read> {
  const reply = await readPage(caller, path);
  if (!reply.reached || reply.status !== 200) return failure(reply, "signed_out");
  return { outcome: "ok", read: { page: reply.body as KeptPage, next: nextOf(reply.headers) } };
}

/** The document comes while it is read; reading it throws when the API fails on the way. */
export async function openExport(
  caller: Caller,
): Promise<{ outcome: "ok"; text: AsyncGenerator<string> } | SignedOut | Unavailable> {
  const described = await send(caller, { path: "/api/openapi.json" });
  if (!described.reached || described.status !== 200) return failure<never>(described);
  const firsts: Page[] = [];
  const answers = await Promise.all(pathsOf(described.body).map((path) => read(caller, path)));
  for (const answer of answers) {
    if (answer.outcome !== "ok") return answer;
    firsts.push(answer.read);
  }
  return { outcome: "ok", text: write(caller, firsts) };
}

async function* write(caller: Caller, firsts: Page[]): AsyncGenerator<string> {
  yield `{"exportedAt":${JSON.stringify(new Date())},"services":{`;
  for (const [at, first] of firsts.entries()) {
    yield `${at === 0 ? "" : ","}\n${JSON.stringify(first.page.service)}:{`;
    yield* writeService(caller, first);
    yield "}";
  }
  yield "}}\n";
}

async function* writeService(caller: Caller, first: Page): AsyncGenerator<string> {
  let table: string | undefined;
  for (let at: Page | undefined = first; at; at = await follow(caller, at)) {
    const { page } = at;
    const rows = page.rows.map((row) => JSON.stringify(row)).join(",\n");
    if (page.table === table) {
      yield rows && `,\n${rows}`;
    } else {
      yield `${table === undefined ? "" : "],"}\n${JSON.stringify(page.table)}:[${rows}`;
    }
    table = page.table;
  }
  yield "]";
}

async function follow(caller: Caller, { next }: Page): Promise<Page | undefined> {
  if (!next) return undefined;
  const answer = await read(caller, next);
  if (answer.outcome !== "ok") throw new Error(`the export ends at ${next}: ${answer.outcome}`);
  return answer.read;
}
