import { NothingHere } from "@/components/nothing-here";
import { hidden } from "@/lib/metadata";

export const metadata = { title: "Not found", ...hidden };

export default function NotFound() {
  return (
    <NothingHere title="There is no such page">
      The address may be mistyped, or the page no longer exists.
    </NothingHere>
  );
}
