/** MIME types as capability tables name them: `audio/ogg; codecs=opus` is an `audio/ogg`, and of the family `audio/*`. */

/** What a type is without its parameters. */
export function bareMime(mime: string): string {
  return (mime.split(";")[0] ?? "").trim().toLowerCase();
}

/** Whether a table that names `mimes` takes this type. */
export function takesMime(mimes: readonly string[], mime: string): boolean {
  const wanted = bareMime(mime);
  return mimes.map(bareMime).some((one) =>
    one === wanted || one === "*/*" || (one.endsWith("/*") && wanted.startsWith(one.slice(0, -1)))
  );
}
