import { openTicketFile } from "@/lib/api/delivery";
import { serverCaller } from "@/lib/api/server";
import { requireUser } from "@/lib/reads";

const kept = ["content-type", "content-length", "content-disposition", "content-security-policy"];

/** The file that the buyer was shown. Under this address, and not the API's, the session is renewed
 *  first: at the door the page of the ticket may be hours old. */
export async function GET(
  _: Request,
  { params }: { params: Promise<{ orderId: string }> },
): Promise<Response> {
  const { orderId } = await params;
  const caller = await requireUser(`/orders/${orderId}`);
  if (caller.outcome === "unavailable") return new Response(null, { status: 503 });
  const answer = await openTicketFile(await serverCaller(), orderId);
  // Signed in and still refused: it belongs to another user, which looks the same as a missing one.
  if (answer?.status !== 200) return new Response(null, { status: answer ? 404 : 503 });
  const headers = new Headers({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  for (const name of kept) {
    const value = answer.headers.get(name);
    if (value) headers.set(name, value);
  }
  return new Response(answer.body, { headers });
}
