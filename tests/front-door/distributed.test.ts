import { tellStory } from "./shape.ts";

const services = ["auth", "tickets", "orders", "expiration", "payments"];
const servers = ["postgres", "nats-server", "redis-server", "nginx"];
tellStory({
  args: ["--distributed"],
  programs: [...services.map((name) => `bin/${name}-service`), ...servers, "server.mjs"],
});
