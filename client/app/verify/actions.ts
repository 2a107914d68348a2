"use server";

import { serverCaller } from "@/lib/api/server";
import { verifyAddress } from "@/lib/api/users";
import { keepCookies } from "@/lib/cookies-server";
import { explain, type FormState, textOf } from "@/lib/form-state";
import { goOn } from "@/lib/go-on";
import { lostWords } from "@/lib/lost-words";

export async function verifyAction(_: FormState, form: FormData): Promise<FormState> {
  const answer = await verifyAddress(await serverCaller(), { token: textOf(form, "token") });
  if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.verify });
  await keepCookies(answer.setCookies);
  goOn("/verify?done=1");
}
