"use client";

import { Broken } from "@/components/broken";

export default Broken;
