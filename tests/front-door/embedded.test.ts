import { tellStory } from "./shape.ts";

tellStory({ args: [], programs: ["bin/ticketing", "server.mjs"] });
