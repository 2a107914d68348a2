import type { ShowStatus } from "@/lib/api/types.gen";
import { showStatusWords } from "@/lib/show-words";

export function ShowBadge({ status }: { status: ShowStatus }) {
  return <span className={`badge badge-${status}`}>{showStatusWords[status]}</span>;
}
