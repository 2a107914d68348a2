"use server";

import { restoreAddress } from "@/lib/api/users";
import type { FormState } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { newPasswordByLink } from "@/lib/new-password-server";

export async function restoreAction(_: FormState, form: FormData): Promise<FormState> {
  return await newPasswordByLink(restoreAddress, form, lostWords.restore, "restored");
}
