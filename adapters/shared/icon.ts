/** The picture of our groups. */

/** A JPEG of 640 by 640 pixels, the size that WhatsApp shows: no image has to be worked on here. */
export function groupIcon(): Promise<Uint8Array> {
  return Deno.readFile(new URL("../../static/icons/group.jpg", import.meta.url));
}
