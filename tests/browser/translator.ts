// What the translators of browsers do to a page: each text node is taken away, and two <font> elements
// with new text stand in its place. What the page adds or changes afterwards is treated alike, at once.
// The words stay as they are, so that tests find them.
import type { BrowserContext } from "playwright-core";

export const translate = (context: BrowserContext) => context.addInitScript(translator);

/** Runs in the page. */
function translator() {
  const untouched = "script, style, noscript, textarea, [translate=no], font";
  const wrap = (text: Node) => {
    if (!text.nodeValue?.trim() || text.parentElement?.closest(untouched) !== null) return;
    const inner = document.createElement("font");
    inner.textContent = text.nodeValue;
    const outer = document.createElement("font");
    outer.append(inner);
    text.parentNode?.replaceChild(outer, text);
  };
  const wrapAll = (root: Node) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts: Node[] = root.nodeType === Node.TEXT_NODE ? [root] : [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    texts.forEach(wrap);
  };
  const begin = () => {
    // A person asks for a translation of a page that is there: React has taken it over by then.
    const main = document.querySelector("main");
    if (!main || !Object.keys(main).some((key) => key.startsWith("__react")))
      return void setTimeout(begin, 20);
    document.documentElement.dataset["translated"] = "yes";
    wrapAll(document.body);
    new MutationObserver((changes) => {
      for (const { type, target, addedNodes } of changes)
        if (type === "characterData") wrapAll(target);
        else addedNodes.forEach(wrapAll);
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  };
  document.addEventListener("DOMContentLoaded", begin);
}
