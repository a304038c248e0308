/** What updates mean, before the inbox has asked what is still to be asked. */
import type { ChatId, Event, NativeId, Person } from "../../actors/model/mod.ts";
import type { TextOf } from "./content.ts";
import type { WireReaction } from "./wire.ts";

/** Who we are, and in which words we name what has no kind of its own. */
export interface DecodeContext {
  readonly bot: { readonly id: number; readonly username: string | null };
  readonly text: TextOf;
}

/** Where a live place is, and for how long it moves. */
export interface PlaceNow {
  readonly native: NativeId;
  readonly chat: ChatId;
  readonly author: Person;
  readonly latitude: number;
  readonly longitude: number;
  /** From when it began. */
  readonly periodMs: number;
}

/** What an update means. `lane` is the chat that it came from: within it order counts. */
export type Decoded =
  | { readonly kind: "event"; readonly event: Event }
  /** A reaction whose custom emoji are still to be asked for. */
  | {
    readonly kind: "reaction";
    readonly event: Event & { readonly type: "reaction" };
    readonly reactions: WireReaction["new_reaction"];
  }
  /** A poll: its name is to be kept, since votes come under it alone. */
  | {
    readonly kind: "poll";
    readonly event: Event & { readonly type: "message" };
    readonly native: NativeId;
    readonly poll: string;
    readonly closed: boolean;
  }
  /** Somebody's whole choice in a poll; in which chat it stands is still to be looked up. */
  | {
    readonly kind: "vote";
    readonly id: string;
    readonly poll: string;
    readonly author: Person;
    readonly options: number[];
  }
  | { readonly kind: "poll-closed"; readonly poll: string }
  /** A live place began to move, or moved: no news, but where it was last is told when it ends. */
  | { readonly kind: "place"; readonly event: Event | null; readonly place: PlaceNow }
  /** Somebody gave our token in a group: what we may do there is still to be asked. */
  | {
    readonly kind: "adopt";
    readonly id: string;
    readonly chat: ChatId;
    readonly at: number;
    readonly token: string;
  }
  /** Somebody opened a private chat with us, with a token or by themselves. */
  | { readonly kind: "start"; readonly person: string; readonly token: string | null }
  /** Somebody chose a group by the button that we gave them. */
  | {
    readonly kind: "shared";
    readonly id: string;
    readonly person: string;
    readonly requestId: number;
    readonly chat: ChatId;
    readonly at: number;
  };
