import { redirect } from "next/navigation";
import { serverCaller } from "./api/server";
import type { resetPassword } from "./api/users";
import { clearSessionCookies } from "./cookies-server";
import { explain, type FormState, textOf } from "./form-state";

/** By the token of a mailed link. All sessions end, so the user signs in again. */
export async function newPasswordByLink(
  call: typeof resetPassword,
  form: FormData,
  lost: string,
  done: "reset" | "restored",
): Promise<FormState> {
  const token = textOf(form, "token");
  const password = String(form.get("password") ?? "");
  const answer = await call(await serverCaller(), { token, password });
  if (answer.outcome !== "ok") return explain(answer, { values: { password: "" }, lost });
  await clearSessionCookies();
  redirect(`/auth/signin?done=${done}`);
}
