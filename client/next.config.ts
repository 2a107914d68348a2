import type { NextConfig } from "next";
import { fileURLToPath } from "node:url";

const api = process.env.API_URL ?? "http://127.0.0.1:4000";
const here = fileURLToPath(new URL(".", import.meta.url));

// Next encrypts with this key what an action declared inside a component closes over, and sends it to
// the browser. There is no such action (lib/actions.test.ts), so nothing is ever encrypted and the key
// is no secret. It is fixed because a key drawn at each build makes two builds of one source differ.
process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY ??= Buffer.alloc(32, "ticketing").toString("base64");

type Chunk = { name?: string };
type Graph = { chunkGraph: { getModuleChunksIterable: (module: unknown) => Iterable<Chunk> } };

// What the front page needs, in one file that every page shares. Most of it is React and Next: small
// files beside it would each compress worse, by more than the front page's budget has to spare.
const frontPage = ["main-app", "app/layout", "app/page", "app/error", "app/global-error"];
const oneChunk = {
  cacheGroups: {
    default: false,
    defaultVendors: false,
    client: {
      name: "client",
      enforce: true,
      chunks: ({ name }: Chunk) => name === "main-app" || !!name?.startsWith("app/"),
      test: (module: { type: string }, { chunkGraph }: Graph) =>
        !module.type.startsWith("css") &&
        [...chunkGraph.getModuleChunksIterable(module)].some(
          ({ name }) => name !== undefined && frontPage.includes(name),
        ),
    },
  },
};

// After Next's own loaders, which would make CommonJS of them again.
const esModulesOfNext = {
  test: /[\\/]next[\\/]dist[\\/](?!compiled|esm|build[\\/]webpack)/,
  enforce: "post",
  use: [`${here}next-modules.cjs`],
};

const config: NextConfig = {
  output: "standalone",
  // Without this, a lock file anywhere above decides what the standalone folder looks like.
  outputFileTracingRoot: here,
  // The same for the same sources: two replicas built apart are then one release to an open page.
  generateBuildId: () => process.env.CLIENT_BUILD_ID ?? null,
  // Pages then send their release with each request; server.mjs checks it.
  ...(process.env.CLIENT_BUILD_ID ? { deploymentId: process.env.CLIENT_BUILD_ID } : {}),
  poweredByHeader: false,
  reactStrictMode: true,
  // Readers without script need title and description in the head, not streamed in after the body.
  htmlLimitedBots: /.*/,
  webpack: (webpack, { isServer, dev, webpack: { DefinePlugin } }) => {
    if (isServer || dev) return webpack;
    webpack.optimization.splitChunks = oneChunk;
    webpack.module.rules.push(esModulesOfNext);
    // What those loaders would have set, so that code for the server is left out.
    webpack.plugins.push(new DefinePlugin({ "typeof window": JSON.stringify("object") }));
    return webpack;
  },
  images: { unoptimized: true },
  // Two megabytes, which a bundle would only make slower to build.
  serverExternalPackages: ["bwip-js"],
  // server/limits.mjs decides how large a body may be.
  experimental: { serverActions: { bodySizeLimit: "7mb" } },
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
