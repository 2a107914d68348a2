// All of axe-core's rules on what a page shows, in both themes, on a phone and on a desk.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

type Violation = { id: string; nodes: { html: string }[] };
declare const axe: { run: (options: object) => Promise<{ violations: Violation[] }> };

export async function inspect(page: Page): Promise<void> {
  const found: string[] = [];
  await page.evaluate(axeSource);
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [390, 1280]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 800 });
      const violations = await page.evaluate(async () => (await axe.run({})).violations);
      for (const { id, nodes } of violations)
        found.push(`${colorScheme} ${width}: ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (overflow > 0) found.push(`${colorScheme} ${width}: ${overflow} px too wide`);
    }
  assert.deepEqual(found, []);
}
