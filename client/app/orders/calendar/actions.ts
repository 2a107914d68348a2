"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { closeCalendar, openCalendar } from "@/lib/api/calendar";
import { serverCaller } from "@/lib/api/server";
import { blankForm, explain, type FormState } from "@/lib/form-state";
import { keepForSignIn } from "@/lib/kept-input-server";
import { lostWords } from "@/lib/lost-words";
import { readOrigin } from "@/lib/reads";

const page = "/orders/calendar";

export type CalendarState = FormState & {
  /** The new address, which is shown this once. */
  address?: string;
};

export async function openCalendarAction(_: CalendarState, form: FormData): Promise<CalendarState> {
  const answer = await openCalendar(await serverCaller());
  if (answer.outcome === "signed_out") return keepForSignIn(page, form);
  if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.calendar });
  revalidatePath(page);
  return { ...blankForm(), address: new URL(answer.address.path, await readOrigin()).href };
}

export async function closeCalendarAction(_: FormState, form: FormData): Promise<FormState> {
  const answer = await closeCalendar(await serverCaller());
  if (answer.outcome === "signed_out") return keepForSignIn(page, form);
  if (answer.outcome !== "ok")
    return explain(answer, { values: {}, lost: lostWords.closeCalendar });
  redirect(page);
}
