"use server";

import { redirect } from "next/navigation";
import { serverCaller } from "@/lib/api/server";
import { resetPassword } from "@/lib/api/users";
import { clearSessionCookies } from "@/lib/cookies-server";
import { explain, type FormState, textOf } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";

export async function resetAction(_: FormState, form: FormData): Promise<FormState> {
  const token = textOf(form, "token");
  const password = String(form.get("password") ?? "");
  const answer = await resetPassword(await serverCaller(), { token, password });
  if (answer.outcome !== "ok")
    return explain(answer, { values: { password: "" }, lost: lostWords.reset });
  await clearSessionCookies();
  redirect("/auth/signin?reset=1");
}
