import { NothingHere } from "@/components/nothing-here";

export default function ShowNotFound() {
  return (
    <NothingHere title="There is no such show">
      The link may be incomplete. You can search for the show on the front page.
    </NothingHere>
  );
}
