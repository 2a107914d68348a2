"use server";

import { redirect } from "next/navigation";
import { serverCaller } from "@/lib/api/server";
import { forgotPassword } from "@/lib/api/users";
import { explain, type FormState, textOf } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";

export async function forgotAction(_: FormState, form: FormData): Promise<FormState> {
  const email = textOf(form, "email");
  const answer = await forgotPassword(await serverCaller(), { email });
  if (answer.outcome !== "ok") return explain(answer, { values: { email }, lost: lostWords.mail });
  redirect("/forgot?asked=1");
}
