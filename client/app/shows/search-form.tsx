import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { Select } from "@/components/select";
import type { ShowQuery } from "@/lib/api/shows";
import type { Complaint as Said } from "@/lib/api/transport";
import { sentenceOf } from "@/lib/sentences";
import { categories } from "@/lib/show-words";

type Props = { query: ShowQuery; complaints: Said[] };

/** A plain form, which works without script: its answer has an address of its own. */
export function SearchForm({ query, complaints }: Props) {
  const said = (name: string) => complaints.find(({ field }) => field === name);
  const errorOf = (name: string) => {
    const complaint = said(name);
    return complaint && sentenceOf(complaint);
  };
  const { q, cursor, ...filters } = query;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const others = complaints.filter(({ field }) => !fields.some((name) => name === field));
  const field = (name: (typeof fields)[number]) => ({
    name,
    defaultValue: query[name],
    error: errorOf(name),
    autoComplete: "off",
  });
  return (
    // The key gives the fields the values of another question.
    <form key={JSON.stringify(query)} action="/shows" method="get" role="search" className="search">
      {others.length > 0 && <Complaint>{others.map(sentenceOf).join(" ")}</Complaint>}
      <Field {...field("q")} label="Show, venue or city" type="search" dir="auto" />
      <details className="return" open={isFiltered || complaints.length > 0}>
        <summary>Filters and order</summary>
        <div className="search-filters">
          <Field {...field("city")} label="City" dir="auto" />
          <Field {...field("from")} label="From" type="date" />
          <Field {...field("to")} label="Until" type="date" />
          <Field {...field("minPrice")} label="Lowest price" prefix="$" inputMode="decimal" />
          <Field {...field("maxPrice")} label="Highest price" prefix="$" inputMode="decimal" />
          <Select
            name="category"
            label="Kind"
            chosen={query.category}
            options={[["", "All"], ...Object.entries(categories)]}
          />
          <Select name="sort" label="Order" chosen={query.sort} options={orders} />
        </div>
      </details>
      <button type="submit" className="button button-primary">
        Search
      </button>
    </form>
  );
}

const fields = ["q", "city", "from", "to", "minPrice", "maxPrice"] as const;
const orders: [string, string][] = [
  ["", "By date"],
  ["new", "Newest first"],
];
