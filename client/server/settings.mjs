// The settings of the client's server, from the environment. A wrong value ends the start with one
// sentence.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { plainAddress } from "./callers.mjs";

/** A setting that the server cannot start with; its message names the variable. */
export class SettingsError extends Error {}

export async function readSettings(environment = process.env) {
  const port = portOf(environment.PORT ?? "3000");
  // Not HOSTNAME, which a container sets to its own name.
  const address = environment.BIND_ADDRESS || "127.0.0.1";
  const api = urlOf(environment.API_URL || "http://127.0.0.1:4000");
  if (Number(portOfUrl(api)) === port && (await isThisMachine(api.hostname)))
    throw new SettingsError(
      `API_URL (${api.origin}) is the client's own address (PORT ${port}); set it to the API's`,
    );
  return {
    port,
    address,
    api,
    // Set where a proxy of ours is in front: only then are the X-Forwarded-* headers used.
    behindProxy: environment.TRUST_PROXY === "1",
    // By which the API distinguishes this server from other programs on the machine.
    proxyKey: environment.TRUSTED_PROXY_KEY || undefined,
  };
}

function portOf(text) {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new SettingsError(`PORT must be a number from 1 to 65535, not "${text}"`);
  return port;
}

function urlOf(text) {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search)
    throw new SettingsError(`API_URL must be like http://127.0.0.1:4000, not "${text}"`);
  return url;
}

const portOfUrl = ({ port, protocol }) => port || (protocol === "https:" ? "443" : "80");

/** Whether a name or an address leads to this machine. A name that is not known yet does not. */
async function isThisMachine(host) {
  const name = host.replace(/^\[|\]$/g, "");
  if (name.toLowerCase() === hostname().toLowerCase()) return true;
  const addresses = isIP(name)
    ? [name]
    : await lookup(name, { all: true }).then(
        (found) => found.map(({ address }) => address),
        () => [],
      );
  const own = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => address),
  );
  return addresses
    .map(plainAddress)
    .some((address) => /^(127\.|0\.0\.0\.0$|::1?$)/.test(address) || own.includes(address));
}
