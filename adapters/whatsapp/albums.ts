/**
 * Albums of one account: people react to one as a whole and answer it by its frame, which is no message to anybody
 * else. Its first file stands for it, as long as the account runs.
 */
import { type Event, NativeId, type Target } from "../../actors/model/mod.ts";

const ALBUMS_MAX = 1_000;

/** The last albums that came or went. */
export class Albums {
  readonly #first = new Map<string, NativeId>();

  /** A file of the album with this frame; the first word on it counts. */
  learn(frame: string, file: string): void {
    if (this.#first.has(frame)) return;
    this.#first.set(frame, NativeId.parse(file));
    const [oldest] = this.#first.keys();
    if (this.#first.size > ALBUMS_MAX && oldest !== undefined) this.#first.delete(oldest);
  }

  /** `event`, with a file in the place of a frame. */
  meant(event: Event): Event {
    if (event.type !== "message") {
      return "target" in event ? { ...event, target: this.#file(event.target) } : event;
    }
    const { content, native, replyTo } = event;
    if (content.type === "media" && content.album !== undefined && native !== undefined) {
      this.learn(content.album, native);
    }
    return replyTo === undefined ? event : { ...event, replyTo: this.#file(replyTo) };
  }

  #file(target: Target): Target {
    const native = "native" in target ? this.#first.get(target.native) : undefined;
    return native === undefined ? target : { native };
  }
}
