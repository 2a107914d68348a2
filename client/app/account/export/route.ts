import { redirect } from "next/navigation";
import { openExport } from "@/lib/api/export";
import { serverCaller } from "@/lib/api/server";
import { requireUser } from "@/lib/reads";
import { signInPath } from "@/lib/return-path";

/** All that is kept of the user, as a file. Under this address the session is renewed first. */
export async function GET(): Promise<Response> {
  const caller = await requireUser("/account");
  if (caller.outcome === "unavailable") redirect("/account?failed=export");
  const answer = await openExport(await serverCaller());
  if (answer.outcome === "signed_out") redirect(signInPath("/account"));
  if (answer.outcome !== "ok") redirect("/account?failed=export");
  const headers = {
    "content-type": "application/json",
    "content-disposition": 'attachment; filename="my-account.json"',
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  return new Response(streamOf(answer.text), { headers });
}

/** A piece at a time, as the browser takes them. An error ends the file as failed. */
function streamOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await text.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await text.return(undefined);
    },
  });
}
