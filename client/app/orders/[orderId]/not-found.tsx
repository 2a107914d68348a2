import { NothingHere } from "@/components/nothing-here";

export default function OrderNotFound() {
  return (
    <NothingHere title="There is no such order">
      You may have ordered with another account. Your own are under Orders.
    </NothingHere>
  );
}
