"use client";

import { type ChangeEvent, useRef, useState } from "react";
import type { Caller, Unavailable } from "@/lib/api/transport";
import { uploadCaller } from "@/lib/api/upload";
import { type FileRule, fileFault } from "@/lib/chosen-file";

/** Sends a file straight to the API, which shows how much of it is sent. */
export function useUpload() {
  const [sent, setSent] = useState<number>();
  const controller = useRef<AbortController>(undefined);
  /** Throws when no answer came, as a lost server action does, or when it was cancelled. */
  async function send<Answer extends { outcome: string }>(
    call: (caller: Caller) => Promise<Answer | Unavailable>,
  ): Promise<Exclude<Answer, Unavailable>> {
    setSent(undefined);
    const { signal } = (controller.current = new AbortController());
    const answer = await call(uploadCaller({ onSent: setSent, signal }));
    signal.throwIfAborted();
    if (answer.outcome === "unavailable") throw new Error("no answer");
    return answer as Exclude<Answer, Unavailable>;
  }
  return { send, sent, cancel: () => controller.current?.abort() };
}

/** What can be said of a file when it is chosen: one that cannot be sent is let go. */
export function useFileFault(rule: FileRule) {
  const [fault, setFault] = useState<string>();
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const words = fileFault(target.files?.[0], rule);
    setFault(words);
    if (words) target.value = "";
  };
  return { fault, choose };
}
