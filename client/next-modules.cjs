// A loader for webpack: the ES module of a file of Next instead of its CommonJS form. Next ships both
// and gives browsers CommonJS, of which nothing can be left out or joined: with ES modules the client
// is smaller by 10 kB in Brotli's form. Paths stay as they are, because Next's manifests name them.
const { existsSync, readFileSync } = require("node:fs");

module.exports = function esModuleOfNext(source) {
  // What it adds, the browsers that Next supports have; the client does not use URL.canParse.
  if (this.resourcePath.endsWith("/next/dist/build/polyfills/polyfill-module.js")) return "";
  const path = this.resourcePath.replace("/next/dist/", "/next/dist/esm/");
  if (!existsSync(path)) return source;
  this.addDependency(path);
  return readFileSync(path, "utf8");
};
