import { NothingHere } from "@/components/nothing-here";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <NothingHere title="There is no such page">
      The address may be mistyped, or the page has moved on.
    </NothingHere>
  );
}
