// Requests that a connection sends before it has the answer to an earlier one (pipelining) wait here.
// Node starts them all at once, and then keeps the answers, of any size, until their turn comes.
import { pipelinedMax } from "./limits.mjs";

const lines = new WeakMap();

/**
 * Resolves to true when the answers to all earlier requests of the connection are sent, and to false
 * when the connection is over. One that has too many requests waiting is closed.
 */
export async function takeTurn({ socket }, response) {
  const line = lines.get(socket) ?? { waiting: 0, last: Promise.resolve() };
  lines.set(socket, line);
  if (line.waiting >= pipelinedMax) socket.destroy();
  if (socket.destroyed) return false;
  const before = line.last;
  const { promise, resolve: endTurn } = Promise.withResolvers();
  line.last = promise;
  line.waiting++;
  await before;
  line.waiting--;
  if (socket.destroyed) endTurn();
  else response.once("close", endTurn);
  return !socket.destroyed;
}
