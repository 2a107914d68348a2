import { ServiceUnavailable } from "@/components/service-unavailable";
import { hidden } from "@/lib/metadata";
import { readKept, requireUser } from "@/lib/reads";
import { timeZones } from "@/lib/show-fields";
import { NewShowForm } from "./new-show-form";

export const metadata = { title: "Add a show", ...hidden };

export default async function NewShow() {
  const caller = await requireUser("/shows/new");
  if (caller.outcome === "unavailable") return <ServiceUnavailable />;
  const kept = await readKept("/shows/new");
  return (
    <div className="narrow card">
      <h1>Add a show</h1>
      <p className="lead">
        Your ticket for it comes next. A show that is here already is not doubled.
      </p>
      <NewShowForm timeZones={timeZones} kept={kept?.values} />
    </div>
  );
}
