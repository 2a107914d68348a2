"use client";

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import { Broken } from "@/components/broken";

/** Takes the place of everything, layout included. */
export default function GlobalError(props: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong</title>
        <main className="page">
          <Broken {...props} />
        </main>
      </body>
    </html>
  );
}
