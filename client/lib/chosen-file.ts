// What can be said of a file before it is sent. The API has the last word.

export const fileBytesMax = 5 * 1024 * 1024;

/** What a form takes, with its sentences. */
export type FileRule = {
  /** Of the field. */
  name: string;
  types: string[];
  missing: string;
  wrongType: string;
  tooLarge: string;
};

export const pictureRule: FileRule = {
  name: "picture",
  types: ["image/jpeg", "image/png", "image/webp"],
  missing: "Choose a picture first.",
  wrongType: "Choose a JPEG, PNG or WebP file.",
  tooLarge:
    "This file is larger than 5 MB. Choose a smaller one, or save it again at a lower quality.",
};

export const ticketFileRule: FileRule = {
  name: "file",
  types: ["application/pdf", "image/jpeg", "image/png"],
  missing: "Choose a file first.",
  wrongType: "Choose a PDF, JPEG or PNG file.",
  tooLarge:
    "This file is larger than 5 MB. Choose a smaller one: a picture of the code alone is enough.",
};

/** What is wrong with a file; undefined when nothing is, or none is chosen. */
export function fileFault(
  file: Pick<File, "size" | "type"> | undefined,
  { types, wrongType, tooLarge }: FileRule,
): string | undefined {
  if (!file || file.size === 0) return undefined;
  if (!types.includes(file.type)) return wrongType;
  return file.size > fileBytesMax ? tooLarge : undefined;
}

/** The file that a form carries, or what is wrong with it. */
export function chosenFile(
  form: FormData,
  rule: FileRule,
): { file: File; fault?: undefined } | { file?: undefined; fault: string } {
  const file = form.get(rule.name);
  if (!(file instanceof File) || file.size === 0) return { fault: rule.missing };
  const fault = fileFault(file, rule);
  return fault ? { fault } : { file };
}
