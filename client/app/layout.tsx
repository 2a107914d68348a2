import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/tickets.css";
import { Navigation, PageFrame } from "@/components/navigation";
import { SiteFooter } from "@/components/site-footer";
import { SiteHeader } from "@/components/site-header";
import { brand } from "@/lib/brand";

export const metadata: Metadata = {
  title: { default: `${brand}: tickets, person to person`, template: `%s · ${brand}` },
  description: "Buy a ticket from somebody who cannot go, or pass yours on.",
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbf8f3" },
    { media: "(prefers-color-scheme: dark)", color: "#171411" },
  ],
};

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <a className="skip-link" href="#main">
          Skip to content
        </a>
        <Navigation>
          <SiteHeader />
          <PageFrame>{children}</PageFrame>
        </Navigation>
        <SiteFooter />
      </body>
    </html>
  );
}
