/** A relay without a place for files: they are put into words. */
import { type MediaLibrary, Rejected } from "../ports/mod.ts";

function refuse(): Promise<never> {
  return Promise.reject(
    new Rejected("Cannot keep files as the server must have a place for them", "invalid"),
  );
}

/** Keeps nothing. */
export const NO_MEDIA: MediaLibrary = {
  fit: () => Promise.resolve({ form: "none", problem: "unreadable" }),
  icon: () => Promise.resolve(null),
  open: refuse,
  take: refuse,
  taken: () => Promise.resolve(null),
  linked: () => Promise.resolve(null),
  erase: () => Promise.resolve(),
  sweep: () => Promise.resolve(),
};
