import { PageLink } from "@/components/page-link";

type Props = { ticketId: string; email: string };

/** For a ticket that another account has listed. */
export function NotYours({ ticketId, email }: Props) {
  return (
    <div className="empty">
      <h1>This ticket is not yours to edit</h1>
      <p>
        You are signed in as <strong translate="no">{email}</strong>. Only the account that listed a
        ticket can change it.
      </p>
      <PageLink className="button button-primary" href={`/tickets/${ticketId}`}>
        Look at the ticket
      </PageLink>
    </div>
  );
}
