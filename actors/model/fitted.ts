/** What became of a file for one messenger: the first step of the ladder that holds. */
import type { MediaKind, MediaRef } from "./content.ts";

/** Why a file cannot cross at all. */
export type MediaProblem = "gone" | "empty" | "too-large" | "unreadable";

/** A file in the first form of the ladder that the target takes. */
export type Fitted =
  /** `media.native` is what `MediaLibrary.open` takes; MIME type, size and name are what it really is. */
  | { readonly form: "file"; readonly kind: MediaKind; readonly media: MediaRef }
  /** An address of ours that ends some day, for whoever has it. */
  | { readonly form: "link"; readonly url: string; readonly name: string; readonly bytes: number }
  | { readonly form: "none"; readonly problem: MediaProblem };
