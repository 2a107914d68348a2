import { headers } from "next/headers";
import type { TicketPage } from "@/lib/api/tickets";
import type { Show } from "@/lib/api/types.gen";
import { readOrigin } from "@/lib/reads";
import { readSettings } from "@/lib/settings";
import { eventOf, scriptText } from "@/lib/show-json-ld";

/** The show for search engines: the same as the page shows, in their form. */
export async function ShowScript({ show, page }: { show: Show; page: TicketPage }) {
  const [origin, settings, incoming] = await Promise.all([readOrigin(), readSettings(), headers()]);
  const event = eventOf(show, {
    url: new URL(`/shows/${show.id}`, origin).href,
    currency: settings?.currency ?? "usd",
    tickets: page.tickets,
    more: page.next !== undefined,
  });
  return (
    <script
      type="application/ld+json"
      nonce={incoming.get("x-nonce") ?? undefined}
      dangerouslySetInnerHTML={{ __html: scriptText(event) }}
    />
  );
}
