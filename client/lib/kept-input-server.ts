import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { keptCookieName, keptCookieOptions, packInput } from "./kept-input.ts";
import { signInPath } from "./return-path.ts";

/** Sends a signed-out user to sign in, and keeps what they typed until they are back. */
export async function keepForSignIn(path: string, form: FormData): Promise<never> {
  const packed = packInput(path, "signed_out", form);
  if (packed) (await cookies()).set(keptCookieName, packed, keptCookieOptions);
  redirect(signInPath(path));
}

/** Once it was sent. */
export async function deleteKeptInput(): Promise<void> {
  const jar = await cookies();
  if (jar.has(keptCookieName)) jar.delete(keptCookieName);
}
