import { readFileSync } from "node:fs";
import { tellStory } from "./shape.ts";

const list = new URL("../../src/services.json", import.meta.url);
const { services } = JSON.parse(readFileSync(list, "utf8")) as {
  services: { name: string; elsewhere?: boolean }[];
};
const builtHere = services.filter((service) => !service.elsewhere);
const servers = ["postgres", "nats-server", "redis-server", "nginx"];
tellStory({
  args: ["--distributed"],
  programs: [
    ...[...builtHere, { name: "streams" }].map(({ name }) => `bin/${name}-service`),
    ...servers,
    "server.mjs",
  ],
});
