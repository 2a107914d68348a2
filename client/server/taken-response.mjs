// An answer of Next that is taken instead of sent.
import { ServerResponse } from "node:http";

/** For a request that no connection waits for alone. `whole` resolves when Next has ended it. */
export class TakenResponse extends ServerResponse {
  #chunks = [];
  #whole = Promise.withResolvers();

  get whole() {
    return this.#whole.promise;
  }

  get body() {
    return Buffer.concat(this.#chunks);
  }

  writeHead(status, ...rest) {
    this.statusCode = status;
    const headers = rest.at(-1);
    if (typeof headers === "object") this.setHeaders(new Map(Object.entries(headers)));
    return this;
  }

  flushHeaders() {}

  write(chunk, encoding, done) {
    this.#chunks.push(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    (typeof encoding === "function" ? encoding : done)?.();
    return true;
  }

  end(chunk, encoding, done) {
    if (this.finished) return this;
    if (chunk && typeof chunk !== "function") this.write(chunk, encoding);
    this.finished = true;
    process.nextTick(() => {
      this.emit("finish");
      [chunk, encoding, done].find((given) => typeof given === "function")?.();
      this.emit("close");
      this.#whole.resolve();
    });
    return this;
  }

  destroy(error) {
    if (this.finished || this.destroyed) return this;
    this.destroyed = true;
    this.#whole.reject(error ?? new Error("the page was not finished"));
    this.emit("close");
    return this;
  }
}
