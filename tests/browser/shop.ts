// The shop that a test file opens and the browser it goes there with, for files whose tests need no
// options. Both are there before the file's own hooks run. At the end the pages must have
// logged no error.
import { after } from "node:test";
import type { Browser } from "playwright-core";
import * as people from "./people.ts";
import { startStack, type Stack } from "./stack.ts";

export const stack: Stack = await startStack();
export const browser: Browser = await people.openBrowser();

after(async () => {
  await browser.close();
  await stack.stop();
  people.assertQuietConsoles();
});
