// Limits on connections, in number and in time.
import { refuseConnection } from "./answers.mjs";
import { callerOf, Shares } from "./callers.mjs";
import { limits } from "./limits.mjs";

export const times = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  // Longer than a proxy keeps idle connections (60 s): it must not send on one that is just closed.
  keepAliveTimeout: 75_000,
};

export function limitConnections(server, behindProxy) {
  // Behind a proxy all connections are the proxy's, and it has limits of its own.
  const { caller, total } = limits.connections;
  const shares = new Shares({ total, caller: behindProxy ? total : caller });
  server.on("connection", (socket) => {
    const from = callerOf(socket.remoteAddress);
    const full = shares.take(from);
    if (full) return refuseConnection(socket, full === "caller" ? 429 : 503);
    socket.once("close", () => shares.give(from));
  });
  // Refusals take a descriptor, too, as long as they last.
  server.maxConnections = 2 * total;
  server.maxHeadersCount = 200;
  // No tunnel is opened here. An upgrade is ignored, as RFC 9110 §7.8 allows.
  server.on("connect", (_, socket) => refuseConnection(socket, 405));
}
