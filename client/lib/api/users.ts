import { type Caller, failure, send } from "./transport.ts";
import type { NotFound, Refused, SignedOut, Throttled, Unavailable } from "./transport.ts";
import type {
  AddressChange,
  AddressToken,
  Credentials,
  CurrentUser,
  PasswordChange,
  PasswordReset,
  PresentPassword,
  Session,
  User,
} from "./types.gen.ts";

/** Calls that open or renew a session return its cookies, as the API wrote them. */
export type Entered = { outcome: "ok"; user: User; setCookies: string[] };
export type Enter = Entered | Refused | Throttled | Unavailable;

export const signUp = (caller: Caller, credentials: Credentials): Promise<Enter> =>
  enter(caller, "/api/users/signup", credentials);

export const signIn = (caller: Caller, credentials: Credentials): Promise<Enter> =>
  enter(caller, "/api/users/signin", credentials);

async function enter(caller: Caller, path: string, body: Credentials): Promise<Enter> {
  const reply = await send(caller, { method: "POST", path, body });
  if (!reply.reached || (reply.status !== 200 && reply.status !== 201))
    return failure(reply, "refused", "throttled");
  const setCookies = reply.headers.getSetCookie();
  return { outcome: "ok", user: reply.body as User, setCookies };
}

export async function refreshSession(caller: Caller): Promise<Entered | SignedOut | Unavailable> {
  const reply = await send(caller, { method: "POST", path: "/api/users/refresh" });
  if (!reply.reached || reply.status !== 200) return failure(reply, "signed_out");
  const setCookies = reply.headers.getSetCookie();
  return { outcome: "ok", user: reply.body as User, setCookies };
}

export async function signOut(
  caller: Caller,
): Promise<{ outcome: "ok"; setCookies: string[] } | Unavailable> {
  const reply = await send(caller, { method: "POST", path: "/api/users/signout" });
  if (!reply.reached || reply.status !== 200) return failure<never>(reply);
  return { outcome: "ok", setCookies: reply.headers.getSetCookie() };
}

export async function currentUser(
  caller: Caller,
): Promise<{ outcome: "ok"; user: User | null } | Unavailable> {
  const reply = await send(caller, { path: "/api/users/currentuser" });
  if (!reply.reached || reply.status !== 200) return failure<never>(reply);
  return { outcome: "ok", user: (reply.body as CurrentUser).currentUser };
}

type Done = { outcome: "ok" } | Refused | Throttled | Unavailable;

/** The same answer whether the address has an account or not. */
export async function forgotPassword(caller: Caller, body: { email: string }): Promise<Done> {
  const reply = await send(caller, { method: "POST", path: "/api/users/forgot", body });
  if (!reply.reached || reply.status !== 202) return failure(reply, "refused", "throttled");
  return { outcome: "ok" };
}

/** All sessions end. */
export async function resetPassword(caller: Caller, body: PasswordReset): Promise<Done> {
  const reply = await send(caller, { method: "POST", path: "/api/users/reset", body });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused", "throttled");
  return { outcome: "ok" };
}

/** The former address is the account's again, with this password. All sessions end. */
export async function restoreAddress(caller: Caller, body: PasswordReset): Promise<Done> {
  const reply = await send(caller, { method: "POST", path: "/api/users/restore", body });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused", "throttled");
  return { outcome: "ok" };
}

/** `setCookies`: a new access token where the browser's one is out of date. */
type Renewed = { outcome: "ok"; setCookies: string[] };

export async function requestVerification(
  caller: Caller,
): Promise<Renewed | SignedOut | Throttled | Unavailable> {
  const reply = await send(caller, { method: "POST", path: "/api/users/verification" });
  if (!reply.reached || reply.status !== 202) return failure(reply, "signed_out", "throttled");
  return { outcome: "ok", setCookies: reply.headers.getSetCookie() };
}

export async function verifyAddress(
  caller: Caller,
  body: AddressToken,
): Promise<Renewed | Refused | Throttled | Unavailable> {
  const reply = await send(caller, { method: "POST", path: "/api/users/verify", body });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused", "throttled");
  return { outcome: "ok", setCookies: reply.headers.getSetCookie() };
}

/** All other sessions end. */
export async function changePassword(
  caller: Caller,
  body: PasswordChange,
): Promise<{ outcome: "ok" } | Refused | SignedOut | Throttled | Unavailable> {
  const reply = await send(caller, { method: "PUT", path: "/api/users/password", body });
  if (!reply.reached || reply.status !== 204)
    return failure(reply, "refused", "signed_out", "throttled");
  return { outcome: "ok" };
}

/** A link is mailed to the new address, which counts once the link is used. */
export async function requestAddressChange(
  caller: Caller,
  body: AddressChange,
): Promise<{ outcome: "ok" } | Refused | SignedOut | Throttled | Unavailable> {
  const reply = await send(caller, { method: "PUT", path: "/api/users/email", body });
  if (!reply.reached || reply.status !== 202)
    return failure(reply, "refused", "signed_out", "throttled");
  return { outcome: "ok" };
}

/** A link is mailed to the address of the account, which deletes it. */
export async function requestErasure(
  caller: Caller,
  body: PresentPassword,
): Promise<{ outcome: "ok" } | Refused | SignedOut | Throttled | Unavailable> {
  const reply = await send(caller, { method: "DELETE", path: "/api/users/me", body });
  if (!reply.reached || reply.status !== 202)
    return failure(reply, "refused", "signed_out", "throttled");
  return { outcome: "ok" };
}

/** `endsSession`: the browser had a session of this account. */
export async function eraseAccount(
  caller: Caller,
  body: AddressToken,
): Promise<{ outcome: "ok"; endsSession: boolean } | Refused | Throttled | Unavailable> {
  const reply = await send(caller, { method: "POST", path: "/api/users/erase", body });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused", "throttled");
  return { outcome: "ok", endsSession: reply.headers.getSetCookie().length > 0 };
}

const sessionsPath = "/api/users/sessions";

export async function listSessions(
  caller: Caller,
): Promise<{ outcome: "ok"; sessions: Session[] } | SignedOut | Unavailable> {
  const reply = await send(caller, { path: sessionsPath });
  if (!reply.reached || reply.status !== 200) return failure(reply, "signed_out");
  return { outcome: "ok", sessions: reply.body as Session[] };
}

type Ended = { outcome: "ok" } | SignedOut | NotFound | Throttled | Unavailable;

export const endSession = (caller: Caller, id: string): Promise<Ended> =>
  end(caller, `${sessionsPath}/${encodeURIComponent(id)}`);

/** The session of the caller goes on. */
export const endOtherSessions = (caller: Caller): Promise<Ended> => end(caller, sessionsPath);

async function end(caller: Caller, path: string): Promise<Ended> {
  const reply = await send(caller, { method: "DELETE", path });
  if (!reply.reached || reply.status !== 204)
    return failure(reply, "signed_out", "not_found", "throttled");
  return { outcome: "ok" };
}
