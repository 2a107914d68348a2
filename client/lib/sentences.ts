// What the API says about a field, as a sentence for the person who filled it in. The API names the
// JSON member and the rule it breaks, "price must be at least 0.01"; beside a labelled field that
// reads like a program. What is not listed here is shown as the API put it.

type Rule = [said: RegExp, shown: string];

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
    [/ decimal number$| a number$| is required$/, "Enter a price in dollars, such as 25 or 19.99."],
    [/ two decimals$/, "Use two decimals at most, such as 19.99."],
    [/ not be negative$| at least 0?\.01$/, "The price must be one cent or more."],
    [/ too large$| at most [\d.]+$/, "The price can be $999,999.99 at most."],
  ],
};

export function sentenceOf(message: string, field?: string): string {
  for (const [said, shown] of rules[field ?? ""] ?? []) {
    const found = said.exec(message);
    if (found) return shown.replace("$1", found[1] ?? "");
  }
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
