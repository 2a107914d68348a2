"use server";

import { resetPassword } from "@/lib/api/users";
import type { FormState } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { newPasswordByLink } from "@/lib/new-password-server";

export async function resetAction(_: FormState, form: FormData): Promise<FormState> {
  return await newPasswordByLink(resetPassword, form, lostWords.reset, "reset");
}
