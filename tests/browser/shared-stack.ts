// The stack of all files whose tests need no options: in the distributed shape starting
// one takes seconds. Run by `node --test` before and after everything.
import { startStack, type Stack } from "./stack.ts";

let stack: Stack | undefined;

export async function globalSetup(): Promise<void> {
  stack = await startStack({ own: true });
  process.env.SHARED_STACK = JSON.stringify(stack);
}

export const globalTeardown = () => stack?.stop();
