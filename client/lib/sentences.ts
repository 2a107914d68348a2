// What the API says about a field, as a sentence for the person who filled it in. The API names the
// JSON member and the rule it breaks, "title must not be empty"; beside a labelled field that reads
// like a program. What is not listed here is shown as the API put it. Limits are the API's own.
import { formatPrice } from "./format.ts";

type Rule = [said: RegExp, shown: string | ((limit: number) => string)];

const rules: Record<string, Rule[]> = {
  email: [
    [/ in use$/, "This address has an account already. Sign in instead, or use another."],
    [/^/, "Enter an e-mail address, such as name@example.com."],
  ],
  password: [
    [/ not be empty$| is required$/, "Enter your password."],
    [/ at least (\d+) characters$/, "Use at least $1 characters."],
    [/ at most (\d+) characters$/, "Use at most $1 characters."],
    [/ most common /, "Too many people use this password. Choose one that is harder to guess."],
  ],
  title: [
    [/ not be empty$| is required$/, "Say what the ticket is for."],
    [/ at most (\d+) characters$/, "Use at most $1 characters."],
    [/ control characters$/, "Use letters, digits and ordinary signs only."],
  ],
  price: [
    [/ like 12\.50$| a number$| is required$/, "Enter a price in dollars, such as 25 or 19.99."],
    [/ two decimals$/, "Use two decimals at most, such as 19.99."],
    [/ not be negative$/, "The price must be more than zero."],
    [/ at least ([\d.]+)$/, (limit) => `The price must be ${formatPrice(limit)} or more.`],
    [/ at most ([\d.]+)$/, (limit) => `The price can be ${formatPrice(limit)} at most.`],
    [/ too large$/, "This price is too high."],
  ],
};

export function sentenceOf(message: string, field?: string): string {
  for (const [said, shown] of rules[field ?? ""] ?? []) {
    const found = said.exec(message);
    if (!found) continue;
    return typeof shown === "string"
      ? shown.replace("$1", found[1] ?? "")
      : shown(Number(found[1]));
  }
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
