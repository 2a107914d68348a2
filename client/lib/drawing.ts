// What a picture of a show is drawn from while it has none: its name alone, so that the same show looks
// the same everywhere and every time.

export type Drawing = {
  ground: string;
  ink: string;
  /** Circles in a square of 100, by their centres. */
  circles: { x: number; y: number; radius: number; colour: string }[];
  /** The first letters of its first words. */
  letters: string;
};

export function drawingOf(name: string): Drawing {
  const random = randomOf(name);
  const hue = Math.floor(random() * 360);
  const circles = Array.from({ length: 4 }, (_, index) => ({
    x: Math.round(random() * 100),
    y: Math.round(random() * 100),
    radius: Math.round(18 + random() * 30),
    colour: `hsl(${(hue + 25 + index * 35) % 360} 60% ${24 + index * 5}%)`,
  }));
  return {
    ground: `hsl(${hue} 50% 20%)`,
    ink: `hsl(${hue} 80% 94%)`,
    circles,
    letters: lettersOf(name),
  };
}

function lettersOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const firsts = words.slice(0, 2).map((word) => [...word][0] ?? "");
  return firsts.join("").toUpperCase();
}

/** Numbers from 0 to 1 that follow from a text: FNV-1a, then mulberry32. */
function randomOf(text: string): () => number {
  let seed = 0x811c9dc5;
  for (const character of text)
    seed = Math.imul(seed ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return () => {
    seed = (seed + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
