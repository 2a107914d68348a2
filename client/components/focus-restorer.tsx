"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useEffect, useLayoutEffect, useRef } from "react";

/** Puts the focus on a page's news, or else its heading, after a link was followed, and when the
 *  focused element was removed. Otherwise it would be on the body: the keyboard starts over, and a
 *  screen reader reads nothing. */
export function FocusRestorer({ isLoading }: { isLoading: boolean }) {
  const address = `${usePathname()}?${useSearchParams()}`;
  const shown = useRef(address);
  // With the page itself: later it would take the focus from where a quick hand has moved it.
  useLayoutEffect(() => {
    if (isLoading || shown.current === address) return;
    shown.current = address;
    focusNews();
  }, [address, isLoading]);

  useEffect(() => {
    let last: EventTarget | null = null;
    const remember = ({ target }: FocusEvent) => (last = target);
    const observer = new MutationObserver(() => {
      if (!(last instanceof Element) || last.isConnected) return;
      last = null;
      if (document.activeElement === document.body) focusNews();
    });
    document.addEventListener("focusin", remember);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", remember);
      observer.disconnect();
    };
  }, []);
  return null;
}

function focusNews(): void {
  const find = (selector: string) => document.querySelector<HTMLElement>(`main ${selector}`);
  const target = find(".news h2") ?? find("h1");
  if (!target) return;
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
}
