// The one place in the client that sends requests. It handles HTTP and problem documents and is
// independent of tickets. It never throws: an API that cannot be reached is an answer like any other.
import type { Problem, ProblemError, Slug } from "./types.gen.ts";

/** Where requests go and what they carry along: the browser and the server each have their own. */
export type Caller = {
  baseUrl: string;
  headers: Record<string, string>;
  fetch: typeof globalThis.fetch;
  /** Called with the status of an answer that is no success; without one when none came. */
  onFailure?: (status?: number) => void;
};

export type Sent = {
  path: string;
  method?: string;
  body?: unknown;
  /** Instead of `body`: as it is. */
  file?: Blob;
  idempotencyKey?: string;
};

export type Reply =
  { reached: true; status: number; headers: Headers; body: unknown } | { reached: false };

/** The API answers within 10 s by its own rules; two more are for the network. */
const deadlineMs = 12_000;

export async function send(caller: Caller, sent: Sent): Promise<Reply> {
  const reply = await exchange(caller, sent);
  if (!reply.reached) caller.onFailure?.();
  else if (reply.status >= 400) caller.onFailure?.(reply.status);
  return reply;
}

async function exchange(caller: Caller, sent: Sent): Promise<Reply> {
  const headers: Record<string, string> = { ...caller.headers, accept: "application/json" };
  if (sent.body !== undefined) headers["content-type"] = "application/json";
  if (sent.file) headers["content-type"] = sent.file.type;
  if (sent.idempotencyKey) headers["idempotency-key"] = sent.idempotencyKey;
  try {
    const response = await caller.fetch(caller.baseUrl + sent.path, {
      method: sent.method ?? "GET",
      headers,
      body: sent.body === undefined ? sent.file : JSON.stringify(sent.body),
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await readText(response);
    return {
      reached: true,
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  } catch {
    return { reached: false };
  }
}

/** A file, which is passed on while it comes; undefined when no answer has begun in time. */
export async function open(caller: Caller, path: string): Promise<Response | undefined> {
  const { baseUrl, headers } = caller;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), deadlineMs);
  try {
    return await caller.fetch(baseUrl + path, {
      headers,
      cache: "no-store",
      redirect: "error",
      signal: late.signal,
    });
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** No answer of the API comes near it: what goes on longer is something else, and is not kept. */
const answerBytesMax = 4 * 1024 * 1024;

async function readText(response: Response): Promise<string> {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // Leaving the loop early cancels the rest.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error("the answer is too long");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Without `code`: of something before the API. */
export type Complaint = Omit<ProblemError, "code" | "params"> &
  Partial<Pick<ProblemError, "code" | "params">>;

// What any call may end in besides its own outcomes.
export type Refused = { outcome: "refused"; slug: Slug | ""; complaints: Complaint[] };
export type SignedOut = { outcome: "signed_out" };
export type NotFound = { outcome: "not_found" };
/** Nothing was done; `complaint` says which limit is met and how long to wait. */
export type Throttled = { outcome: "throttled"; complaint: Complaint };
export type Unavailable = { outcome: "unavailable" };
export type Failure = Refused | SignedOut | NotFound | Throttled | Unavailable;

type Reached = Extract<Reply, { reached: true }>;

/**
 * Sorts a reply that is no success into the failures a call has declared. One it has not declared
 * means a faulty API, hence `unavailable`.
 */
export function failure<Kind extends Failure["outcome"]>(
  reply: Reply,
  ...declared: Kind[]
): Extract<Failure, { outcome: Kind }> | Unavailable {
  const found = reply.reached ? sort(reply) : ({ outcome: "unavailable" } as const);
  return (declared as string[]).includes(found.outcome)
    ? (found as Extract<Failure, { outcome: Kind }>)
    : { outcome: "unavailable" };
}

function sort(reply: Reached): Failure {
  const problem = (reply.body ?? {}) as Partial<Problem>;
  switch (reply.status) {
    case 400:
    case 403:
    case 409:
    case 413:
    case 415:
    case 422:
      return {
        outcome: "refused",
        slug: problem.slug ?? "",
        complaints: complaintsOf(problem, "That was not accepted."),
      };
    case 401:
      return { outcome: "signed_out" };
    case 404:
      return { outcome: "not_found" };
    case 429:
      return {
        outcome: "throttled",
        complaint: complaintsOf(problem, "Try again in a minute.")[0],
      };
    default:
      return { outcome: "unavailable" };
  }
}

const complaintsOf = (
  problem: Partial<Problem>,
  otherwise: string,
): [Complaint, ...Complaint[]] => {
  const [first, ...more] = problem.errors ?? [];
  return first ? [first, ...more] : [{ message: problem.detail ?? otherwise }];
};
