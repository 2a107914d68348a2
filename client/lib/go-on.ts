import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";

/** Goes on to a page after a change. What the browser keeps for Back is older than the change: it is
 *  read again. */
export function goOn(path: string): never {
  revalidatePath("/", "layout");
  redirect(path);
}
