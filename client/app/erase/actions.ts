"use server";

import { serverCaller } from "@/lib/api/server";
import { eraseAccount } from "@/lib/api/users";
import { clearSessionCookies } from "@/lib/cookies-server";
import { explain, type FormState, textOf } from "@/lib/form-state";
import { goOn } from "@/lib/go-on";
import { lostWords } from "@/lib/lost-words";

export async function eraseAction(_: FormState, form: FormData): Promise<FormState> {
  const answer = await eraseAccount(await serverCaller(), { token: textOf(form, "token") });
  if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.erase });
  if (answer.endsSession) await clearSessionCookies();
  goOn("/erase?done=1");
}
