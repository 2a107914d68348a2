"use server";

import { redirect } from "next/navigation";
import { serverCaller } from "@/lib/api/server";
import { type Enter, signIn, signOut, signUp } from "@/lib/api/users";
import { clearSessionCookies, keepCookies } from "@/lib/cookies-server";
import { explain, type FormState, textOf } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { returnPath } from "@/lib/return-path";

export const signInAction = async (_: FormState, form: FormData) =>
  enter(form, await signIn(await serverCaller(), credentials(form)));

export const signUpAction = async (_: FormState, form: FormData) =>
  enter(form, await signUp(await serverCaller(), credentials(form)));

/** Spaces at the ends of a password are part of it. */
const credentials = (form: FormData) => ({
  email: textOf(form, "email"),
  password: String(form.get("password") ?? ""),
});

async function enter(form: FormData, answer: Enter): Promise<FormState> {
  // The password is known as a field, but never sent back.
  if (answer.outcome !== "ok")
    return explain(answer, {
      values: { email: textOf(form, "email"), password: "" },
      lost: lostWords.enter,
    });
  await keepCookies(answer.setCookies);
  redirect(returnPath(form.get("next")));
}

export async function signOutAction(_: FormState, _form: FormData): Promise<FormState> {
  const answer = await signOut(await serverCaller());
  // The browser is signed out in any case, even if the API cannot be reached now.
  if (answer.outcome === "ok") await keepCookies(answer.setCookies);
  else await clearSessionCookies();
  redirect("/auth/signout");
}
