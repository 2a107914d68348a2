import { forHold } from "@/lib/format";
import { readSettings } from "@/lib/settings";

export async function SiteFooter() {
  const settings = await readSettings();
  return (
    <footer className="site-footer">
      <p>{`Reserved${forHold(settings)}, paid safely, or back on sale. Prices in US dollars.`}</p>
    </footer>
  );
}
