// What one caller may have of the client's server at one moment, and all callers together. The table
// in docs/limits.md says the same; a test compares them.

const mebibyte = 1024 * 1024;

export const limits = {
  // Six a browser, and a live stream besides; behind one address there may be many browsers.
  connections: { caller: 512, total: 2_048 },
  // Each page under way holds memory until it is sent, and waits for the API.
  pages: { caller: 64, total: 256 },
  /** Of visitors without a session, for a second each. They count for all together. */
  keptPages: { entries: 256, bytes: 16 * mebibyte },
  bodyBytes: { caller: 8 * mebibyte, total: 32 * mebibyte },
};

/** Of one body. */
export const bodyBytesMax = mebibyte;

/** Of one that carries a file of 5 MiB, by itself or in a form. */
const fileBodyBytesMax = 6 * mebibyte;
/** The pages with a form that sends a file, and the name of its field. */
const filePages = [
  [/^\/shows\/[^/]+\/picture(\?|$)/, "picture"],
  [/^\/tickets\/[0-9a-f-]{36}(\?|$)/, "file"],
];
export const fileFieldOf = ({ url = "" }) => filePages.find(([path]) => path.test(url))?.[1];
const isFileOfApi = ({ url = "" }) =>
  /^\/api\/(shows\/[^/]+\/poster|tickets\/[^/]+\/file)(\?|$)/.test(url);
export const bodyBytesMaxOf = (request) =>
  fileFieldOf(request) || isFileOfApi(request) ? fileBodyBytesMax : bodyBytesMax;

/** Requests of one connection that wait for the answer to an earlier one. */
export const pipelinedMax = 32;
