// The metadata of a page for search engines and for programs that show a preview of a link.
import type { Metadata } from "next";
import preview from "@/app/preview.png";
import { brand, tagline } from "./brand.ts";

type Described = { title: string; description: string; path: string; picture?: string | undefined };

/** For public pages. `path` is the address that stands for all others of the page. */
export function described({ title, description, path, picture }: Described): Metadata {
  const { src: url, width, height } = preview;
  return {
    description,
    alternates: { canonical: path },
    openGraph: {
      type: "website",
      siteName: brand,
      locale: "en_US",
      title,
      description,
      url: path,
      images: [
        picture
          ? { url: picture, alt: title }
          : { url, width, height, alt: `${brand}: ${tagline}` },
      ],
    },
    twitter: { card: "summary_large_image" },
  };
}

/** For pages of one person, and for forms. */
export const hidden: Pick<Metadata, "robots"> = { robots: { index: false, follow: false } };
