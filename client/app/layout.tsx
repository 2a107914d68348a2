import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/tickets.css";
import "./styles/shows.css";
import { KeptNotice } from "@/components/kept-notice";
import { Navigation, PageFrame } from "@/components/navigation";
import { SiteFooter } from "@/components/site-footer";
import { SiteHeader } from "@/components/site-header";
import { brand, purpose, tagline } from "@/lib/brand";
import { readKept, readOrigin } from "@/lib/reads";

export async function generateMetadata(): Promise<Metadata> {
  return {
    metadataBase: await readOrigin(),
    applicationName: brand,
    title: { default: `${brand}: ${tagline}`, template: `%s · ${brand}` },
    description: purpose,
  };
}

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbf8f3" },
    { media: "(prefers-color-scheme: dark)", color: "#171411" },
  ],
};

export default async function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <a className="skip-link" href="#main">
          Skip to content
        </a>
        <Navigation>
          <SiteHeader />
          <PageFrame notice={<KeptNotice kept={await readKept()} />}>{children}</PageFrame>
        </Navigation>
        <SiteFooter />
      </body>
    </html>
  );
}
