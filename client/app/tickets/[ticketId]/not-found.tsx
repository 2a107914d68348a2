import { NothingHere } from "@/components/nothing-here";

export default function TicketNotFound() {
  return (
    <NothingHere title="There is no such ticket">
      The link may be incomplete. What is for sale is on the front page.
    </NothingHere>
  );
}
