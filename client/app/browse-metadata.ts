import type { Metadata } from "next";
import { brand, purpose, tagline } from "@/lib/brand";
import { described } from "@/lib/metadata";
import { browsePath, type browseQuery } from "@/lib/search";

/** A filtered list is a page of its own; its further pages change with every listing. */
export const browseMetadata = ({ status, cursor }: ReturnType<typeof browseQuery>): Metadata => ({
  ...described({
    title: `${brand}: ${tagline}`,
    description: purpose,
    path: browsePath({ status }),
  }),
  ...(cursor ? { robots: { index: false } } : {}),
});
