/** A placeholder, in about the shape of the page that is loading. */
export function LoadingPage({ href }: { href: string }) {
  return (
    <div className="loading">
      <div className="visually-hidden" role="status">
        <h1>Loading</h1>
      </div>
      <div className="bone bone-title" />
      {shapeOf(href)}
    </div>
  );
}

function shapeOf(href: string) {
  const [path = "/"] = href.split("?");
  if (path === "/")
    return (
      <div className="ticket-grid">
        {Array.from({ length: 6 }, (_, index) => (
          <div key={index} className="bone bone-card" />
        ))}
      </div>
    );
  if (path === "/orders" || path === "/sell")
    return Array.from({ length: 4 }, (_, index) => <div key={index} className="bone bone-row" />);
  return <div className="bone bone-panel" />;
}
