import type { MetadataRoute } from "next";
import { brand, purpose, tagline } from "@/lib/brand";
import icon192 from "./icon-192.png";
import icon512 from "./icon-512.png";

export default function manifest(): MetadataRoute.Manifest {
  const icons = [icon192, icon512].map(({ src, width, height }) => ({
    src,
    sizes: `${width}x${height}`,
    type: "image/png",
  }));
  return {
    name: `${brand}: ${tagline}`,
    short_name: brand,
    description: purpose,
    start_url: "/",
    display: "standalone",
    background_color: "#fbf8f3",
    theme_color: "#fbf8f3",
    icons: [{ src: "/icon.svg", sizes: "any", type: "image/svg+xml" }, ...icons],
  };
}
