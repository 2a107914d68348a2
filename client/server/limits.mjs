// What one caller may have of the client's server at one moment, and all callers together. The table
// in docs/limits.md says the same; a test compares them.

const mebibyte = 1024 * 1024;

export const limits = {
  // Six a browser, and a live stream besides; behind one address there may be many browsers.
  connections: { caller: 512, total: 2_048 },
  // Each page under way holds memory until it is sent, and waits for the API.
  pages: { caller: 64, total: 256 },
  bodyBytes: { caller: 8 * mebibyte, total: 32 * mebibyte },
};

/** Of one body. */
export const bodyBytesMax = mebibyte;

/** Of one that carries a picture of 5 MiB, as a file or in a form. */
const pictureBodyBytesMax = 6 * mebibyte;
/** The page whose form has a file. */
export const isPicturePage = ({ url = "" }) => /^\/shows\/[^/]+\/picture(\?|$)/.test(url);
const isPictureOfApi = ({ url = "" }) => /^\/api\/shows\/[^/]+\/poster(\?|$)/.test(url);
export const bodyBytesMaxOf = (request) =>
  isPicturePage(request) || isPictureOfApi(request) ? pictureBodyBytesMax : bodyBytesMax;

/** Requests of one connection that wait for the answer to an earlier one. */
export const pipelinedMax = 32;
