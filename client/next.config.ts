import type { NextConfig } from "next";
import { fileURLToPath } from "node:url";

const api = process.env.API_URL ?? "http://127.0.0.1:4000";
const here = fileURLToPath(new URL(".", import.meta.url));

const config: NextConfig = {
  output: "standalone",
  // Without this, a lock file anywhere above decides what the standalone folder looks like.
  outputFileTracingRoot: here,
  poweredByHeader: false,
  reactStrictMode: true,
  // Readers without script need title and description in the head, not streamed in after the body.
  htmlLimitedBots: /.*/,
  images: { unoptimized: true },
  // Only `next dev` needs this: server.mjs passes /api on in a build, with the address read at start.
  headers: async () => [
    {
      source: "/:path*",
      headers: [
        { key: "X-Content-Type-Options", value: "nosniff" },
        { key: "Referrer-Policy", value: "same-origin" },
        { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
        { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()" },
      ],
    },
  ],
  rewrites: async () =>
    process.env.NODE_ENV === "development"
      ? [{ source: "/api/:path*", destination: `${api}/api/:path*` }]
      : [],
};

export default config;
