import { createHash } from "node:crypto";

/**
 * The Idempotency-Key of a listing. `attempt` is in the address of the form, so it is the same after
 * a second press, after Back and after sending the page again; the rest is what was typed, so that
 * another ticket from the same form is another listing.
 */
export function listingKey(attempt: string, input: Record<string, string>): string {
  const { title, price, ...others } = input;
  const filled = Object.entries(others).filter(([, value]) => value !== "");
  const typed = createHash("sha256").update(JSON.stringify([title, price, ...filled]));
  return `${attempt}.${typed.digest("base64url").slice(0, 22)}`;
}
