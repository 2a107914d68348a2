// Who a request comes from, and how much of something each caller has at the moment.
import { isIPv4, isIPv6 } from "node:net";

/** An address in one form: without its zone, and a mapped IPv4 address (::ffff:…) as that IPv4 one. */
export function plainAddress(address = "") {
  const plain = address.split("%", 1)[0].toLowerCase();
  const mapped = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/.exec(plain);
  if (!mapped) return plain;
  if (mapped[1]) return mapped[1];
  const words = [mapped[2], mapped[3]].map((word) => Number.parseInt(word, 16));
  return words.flatMap((word) => [word >> 8, word & 255]).join(".");
}

const withPort = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::\d{1,5})?$/;

/** The address in an entry of X-Forwarded-For, with or without a port; undefined where there is none.
 *  The services read it alike: tests/cases/forwarded-addresses.json. */
export function forwardedAddress(entry) {
  const [, inBrackets, beforePort] = withPort.exec(entry) ?? [];
  if (inBrackets === undefined && isIPv4(beforePort ?? "")) return beforePort;
  const address = inBrackets ?? entry;
  if (!isIPv6(address)) return undefined;
  const { hostname } = new URL(`http://[${address.split("%", 1)[0]}]`); // in its shortest form
  return plainAddress(hostname.slice(1, -1));
}

/** The caller whom an address stands for: of IPv6 the network of 64 bits, which one household has. */
export function callerOf(address) {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head, tail] = plain.split("::");
  const groups = head ? head.split(":") : [];
  const rest = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  const all = [...groups, ...Array(zeros).fill("0"), ...rest];
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}

/** Counts units per caller and in all, against both limits. Callers without units are removed. */
export class Shares {
  #total = 0;
  #callers = new Map();

  constructor({ total, caller }) {
    this.max = { total, caller };
  }

  /** Takes units, or names the limit that is reached: "caller" or "total". */
  take(caller, units = 1) {
    const held = this.#callers.get(caller) ?? 0;
    if (held + units > this.max.caller) return "caller";
    if (this.#total + units > this.max.total) return "total";
    this.#callers.set(caller, held + units);
    this.#total += units;
    return undefined;
  }

  give(caller, units = 1) {
    const left = (this.#callers.get(caller) ?? 0) - units;
    if (left > 0) this.#callers.set(caller, left);
    else this.#callers.delete(caller);
    this.#total -= units;
  }

  get total() {
    return this.#total;
  }
}
