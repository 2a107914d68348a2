// The mails that a stack has sent, as files.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./people.ts";
import type { Stack } from "./stack.ts";

/** The plain text of a mail: between the head of its part and the next part. */
function plainText(mail: string): string {
  const part = mail.slice(mail.indexOf("Content-Type: text/plain"));
  const text = part.slice(part.indexOf("\r\n\r\n") + 4, part.indexOf("\r\n--"));
  return text.replaceAll("=\r\n", "").replaceAll("=3D", "=");
}

/** As they are, those that have come so far. */
export function mailsTo({ mails }: Pick<Stack, "mails">, email: string, subject: string): string[] {
  if (!existsSync(mails)) return [];
  return readdirSync(mails)
    .filter((name) => name.endsWith(".eml"))
    .sort()
    .map((name) => readFileSync(join(mails, name), "utf8"))
    .filter((mail) => mail.includes(`To: <${email}>\r\n`) && mail.includes(`Subject: ${subject}`));
}

/** The texts of the mails to an address, once there are so many. */
export async function readMails(
  stack: Pick<Stack, "mails">,
  email: string,
  subject: string,
  count = 1,
): Promise<string[]> {
  await until(
    `a mail "${subject}" to ${email}`,
    () => mailsTo(stack, email, subject).length >= count,
  );
  return mailsTo(stack, email, subject).map(plainText);
}

/** The address in a mail, at the stack's pages. */
export function linkIn(text: string, { url }: Pick<Stack, "url">): string {
  const link = new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? assert.fail(`no link in: ${text}`));
  return url + link.pathname + link.search;
}
