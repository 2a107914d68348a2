"use server";

import { serverCaller } from "@/lib/api/server";
import {
  changePassword,
  endOtherSessions,
  endSession,
  requestAddressChange,
  requestErasure,
  requestVerification,
} from "@/lib/api/users";
import { keepCookies } from "@/lib/cookies-server";
import { explain, type FormState, textOf } from "@/lib/form-state";
import { goOn } from "@/lib/go-on";
import { keepForSignIn } from "@/lib/kept-input-server";
import { lostWords } from "@/lib/lost-words";

const page = "/account";

/** Spaces at the ends of a password are part of it. Passwords are never sent back. */
export async function changePasswordAction(_: FormState, form: FormData): Promise<FormState> {
  const answer = await changePassword(await serverCaller(), {
    password: String(form.get("password") ?? ""),
    newPassword: String(form.get("newPassword") ?? ""),
  });
  if (answer.outcome === "signed_out") return keepForSignIn(page, form);
  if (answer.outcome !== "ok") {
    const values = { password: "", newPassword: "" };
    return explain(answer, { values, lost: lostWords.password });
  }
  goOn(`${page}?done=password`);
}

export async function changeAddressAction(_: FormState, form: FormData): Promise<FormState> {
  const email = textOf(form, "email");
  const answer = await requestAddressChange(await serverCaller(), {
    password: String(form.get("password") ?? ""),
    email,
  });
  if (answer.outcome === "signed_out") return keepForSignIn(page, form);
  if (answer.outcome !== "ok")
    return explain(answer, { values: { password: "", email }, lost: lostWords.mail });
  goOn(`${page}?done=address`);
}

export async function requestErasureAction(_: FormState, form: FormData): Promise<FormState> {
  const answer = await requestErasure(await serverCaller(), {
    password: String(form.get("password") ?? ""),
  });
  if (answer.outcome === "signed_out") return keepForSignIn(page, form);
  if (answer.outcome !== "ok")
    return explain(answer, { values: { password: "" }, lost: lostWords.mail });
  goOn(`${page}?done=erasure`);
}

/** The page may be old: where the address is verified by now, the browser learns of it instead. */
export async function requestVerificationAction(_: FormState, form: FormData): Promise<FormState> {
  const answer = await requestVerification(await serverCaller());
  if (answer.outcome === "signed_out") return keepForSignIn(page, form);
  if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.mail });
  await keepCookies(answer.setCookies);
  goOn(`${page}?done=${answer.setCookies.length > 0 ? "verified" : "asked"}`);
}

export async function endSessionAction(_: FormState, form: FormData): Promise<FormState> {
  const answer = await endSession(await serverCaller(), textOf(form, "id"));
  return ended(answer, form, `${page}?done=session`);
}

export async function endOthersAction(_: FormState, form: FormData): Promise<FormState> {
  const answer = await endOtherSessions(await serverCaller());
  return ended(answer, form, `${page}?done=others`);
}

type Ended = Awaited<ReturnType<typeof endSession>>;

/** One that is over already is what was asked for. */
async function ended(answer: Ended, form: FormData, next: string): Promise<FormState> {
  if (answer.outcome === "signed_out") return keepForSignIn(page, form);
  if (answer.outcome !== "ok" && answer.outcome !== "not_found")
    return explain(answer, { values: {}, lost: lostWords.endSession });
  goOn(next);
}
