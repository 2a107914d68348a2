// The body of a page that was rendered once and is sent many times, with another nonce each time, plain
// or as gzip (RFC 1952). Only the nonce's bytes are written each time. In the compressed form each nonce is
// a stored block of its own (RFC 1951 §3.2.4), and no other block refers back to its bytes.
import { constants, crc32, deflateRawSync } from "node:zlib";

const windowBytes = 32 * 1024;
const gzipHead = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty last block. */
const lastBlock = Buffer.from([3, 0]);
/** Stands for a nonce while the text around it is compressed. It is in no UTF-8 text, so none matches. */
const blank = 0xff;

export class NonceSlots {
  #plain;
  #slots;
  #nonceBytes;
  #gzip;

  /** `body` was rendered with `nonce`, drawn for that, so that no text in it contains the nonce by intent.
   *  Others have its length. Without one ("") the body is always the same. */
  constructor(body, nonce) {
    this.#plain = Buffer.from(body);
    this.#nonceBytes = nonce.length;
    this.#slots = placesOf(body, nonce);
    for (const at of this.#slots) this.#plain.fill(blank, at, at + nonce.length);
  }

  /** At most, with the compressed form. */
  get bytes() {
    return 2 * this.#plain.length;
  }

  plain(nonce) {
    return filled(this.#plain, this.#slots, nonce);
  }

  gzip(nonce) {
    this.#gzip ??= this.#compressed();
    const { bytes, slots } = this.#gzip;
    const body = filled(bytes, slots, nonce);
    body.writeUInt32LE(this.#checksum(nonce), body.length - 8);
    return body;
  }

  /** The texts between the nonces, as [begin, end). */
  get #texts() {
    const begins = [0, ...this.#slots.map((at) => at + this.#nonceBytes)];
    return begins.map((begin, i) => [begin, this.#slots[i] ?? this.#plain.length]);
  }

  #compressed() {
    const slots = [];
    const parts = [gzipHead];
    let length = gzipHead.length;
    const add = (part) => {
      parts.push(part);
      length += part.length;
    };
    for (const [begin, end] of this.#texts) {
      if (begin > 0) {
        add(storedHead(this.#nonceBytes));
        slots.push(length);
        add(Buffer.alloc(this.#nonceBytes));
      }
      if (end > begin) add(this.#deflated(begin, end));
    }
    const end = Buffer.alloc(8);
    end.writeUInt32LE(this.#plain.length, 4);
    add(lastBlock);
    add(end);
    return { bytes: Buffer.concat(parts), slots };
  }

  /** Whole blocks, which may refer to the texts before them. */
  #deflated(begin, end) {
    const before = this.#plain.subarray(Math.max(0, begin - windowBytes), begin);
    return deflateRawSync(this.#plain.subarray(begin, end), {
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(before.length > 0 ? { dictionary: before } : {}),
    });
  }

  #checksum(nonce) {
    let sum = 0;
    for (const [begin, end] of this.#texts) {
      if (begin > 0) sum = crc32(nonce, sum);
      sum = crc32(this.#plain.subarray(begin, end), sum);
    }
    return sum;
  }
}

function placesOf(body, nonce) {
  const places = [];
  if (nonce === "") return places;
  for (let at = body.indexOf(nonce); at >= 0; at = body.indexOf(nonce, at + nonce.length))
    places.push(at);
  return places;
}

function filled(bytes, slots, nonce) {
  const body = Buffer.from(bytes);
  for (const at of slots) body.write(nonce, at, "latin1");
  return body;
}

function storedHead(length) {
  const head = Buffer.alloc(5);
  head.writeUInt16LE(length, 1);
  head.writeUInt16LE(0xffff - length, 3);
  return head;
}
