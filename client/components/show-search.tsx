/** A plain form, which works without script: its answer has an address of its own. */
export function ShowSearch() {
  return (
    <form action="/shows" method="get" role="search" className="search-box">
      <label htmlFor="search" className="visually-hidden">
        Search for a show, a venue or a city
      </label>
      <input
        id="search"
        type="search"
        name="q"
        placeholder="Show, venue or city"
        autoComplete="off"
        dir="auto"
      />
      <button type="submit" className="button button-primary">
        Search
      </button>
    </form>
  );
}
