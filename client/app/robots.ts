import type { MetadataRoute } from "next";
import { readOrigin } from "@/lib/reads";

export default async function robots(): Promise<MetadataRoute.Robots> {
  return {
    rules: {
      userAgent: "*",
      disallow: [
        ...["/api/", "/auth/", "/orders", "/sell", "/tickets/new", "/tickets/*/edit"],
        ...["/shows/new", "/shows/*/sell"],
      ],
    },
    sitemap: new URL("/sitemap.xml", await readOrigin()).href,
  };
}
