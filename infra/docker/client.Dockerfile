# The pages.
#   docker build -f infra/docker/client.Dockerfile -t ticketing/client .
# With --target dev: Next's development server, whose sources skaffold keeps up to date.
FROM node:24-bookworm-slim AS sources
WORKDIR /source
COPY client/package.json client/package-lock.json client/
RUN cd client && npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY client client

FROM sources AS dev
ENV NEXT_TELEMETRY_DISABLED=1 PORT=3000
RUN chown -R 10001:10001 /source/client
USER 10001:10001
WORKDIR /source/client
EXPOSE 3000
ENTRYPOINT ["node", "node_modules/next/dist/bin/next", "dev"]

FROM sources AS build
RUN client/build.sh

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /source/client/.next/standalone /app/
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
ENV NODE_ENV=production BIND_ADDRESS=0.0.0.0 PORT=3000
EXPOSE 3000
# As in client/start.sh.
ENTRYPOINT ["node", "--max-old-space-size=160", "--max-semi-space-size=8", "server.mjs"]
