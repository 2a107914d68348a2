// What can be said of a picture before it is sent. The API has the last word.

export const pictureTypes = ["image/jpeg", "image/png", "image/webp"];
export const pictureBytesMax = 5 * 1024 * 1024;

/** What is wrong with a file; undefined when nothing is, or none is chosen. */
export function pictureFault(file: Pick<File, "size" | "type"> | undefined): string | undefined {
  if (!file || file.size === 0) return undefined;
  if (!pictureTypes.includes(file.type)) return "Choose a JPEG, PNG or WebP file.";
  if (file.size > pictureBytesMax)
    return "This file is larger than 5 MB. Choose a smaller one, or save it again at a lower quality.";
  return undefined;
}

/** The picture that a form carries, or what is wrong with it. */
export function chosenPicture(
  form: FormData,
): { picture: File; fault?: undefined } | { picture?: undefined; fault: string } {
  const file = form.get("picture");
  if (!(file instanceof File) || file.size === 0) return { fault: "Choose a picture first." };
  const fault = pictureFault(file);
  return fault ? { fault } : { picture: file };
}
