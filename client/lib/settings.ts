// What is configured, for pages to say. The same for everybody, so the server keeps it for as long
// as the API allows. While the API is away pages leave the numbers out.
import { getSettings } from "./api/settings.ts";
import { apiUrl } from "./environment.ts";
import { kept } from "./kept.ts";

const keepMs = 60_000;
const retryMs = 2_000;

export const readSettings = kept(
  async () => {
    const fetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request);
    const answer = await getSettings({ baseUrl: apiUrl(), headers: {}, fetch });
    return answer.outcome === "ok" ? answer.settings : undefined;
  },
  keepMs,
  retryMs,
);
