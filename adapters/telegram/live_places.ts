/**
 * Places that move. Telegram tells of every step, and of an end that somebody chose; of one that came by itself, when
 * the time was over, it tells nothing: that is seen here.
 */
import type { Event, NativeId } from "../../actors/model/mod.ts";
import type { AdapterHost } from "../../actors/ports/mod.ts";
import { deliverDurably } from "../shared/deliver.ts";
import { pause } from "../shared/reconnect.ts";
import type { PlaceNow } from "./decoded.ts";
import { PlacesRow, readRow, ROW, rowBytes } from "./session_rows.ts";

type Known = PlacesRow["places"][number];

/** How many are kept; what is older ends unheard. */
const PLACES_MAX = 200;
/** The shortest time that a place moves for is a minute. */
const LOOK_MS = 30_000;

/** The places of one account. */
export class LivePlaces {
  readonly #host: AdapterHost;
  #places: Map<NativeId, Known> | null = null;

  constructor(host: AdapterHost) {
    this.#host = host;
  }

  /** A place began to move. */
  async began({ periodMs, ...place }: PlaceNow): Promise<void> {
    const places = await this.#load();
    const startedAt = this.#host.now();
    places.set(place.native, { ...place, startedAt, until: startedAt + periodMs });
    const [oldest] = places.keys();
    if (places.size > PLACES_MAX && oldest !== undefined) places.delete(oldest);
    await this.#save(places);
  }

  /** It moved, or moves for longer. Kept in memory alone: it comes again in a few seconds. */
  async moved({ native, latitude, longitude, periodMs }: PlaceNow): Promise<void> {
    const places = await this.#load();
    const known = places.get(native);
    if (known === undefined) return;
    places.set(native, { ...known, latitude, longitude, until: known.startedAt + periodMs });
  }

  /** It came to its end. @returns whether it was known to move */
  async ended(native: NativeId): Promise<boolean> {
    const places = await this.#load();
    const known = places.delete(native);
    if (known) await this.#save(places);
    return known;
  }

  /** Tells of those whose time is over, now and then, until `signal` aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.tellEnded(signal).catch((error) => {
        if (!signal.aborted) throw error;
      });
      await pause(LOOK_MS, signal);
    }
  }

  /** Tells of those whose time is over. */
  async tellEnded(signal: AbortSignal): Promise<void> {
    const now = this.#host.now();
    for (const place of [...(await this.#load()).values()]) {
      if (place.until > now) continue;
      await deliverDurably(this.#host, endOf(place, now), signal);
      await this.ended(place.native);
    }
  }

  async #load(): Promise<Map<NativeId, Known>> {
    if (this.#places !== null) return this.#places;
    const row = await readRow(this.#host.session, ROW.places, PlacesRow);
    this.#places ??= new Map((row?.places ?? []).map((one) => [one.native, one]));
    return this.#places;
  }

  async #save(places: ReadonlyMap<NativeId, Known>): Promise<void> {
    await this.#host.session.set({ [ROW.places]: rowBytes({ v: 1, places: [...places.values()] }) });
  }
}

function endOf({ native, chat, author, latitude, longitude }: Known, now: number): Event {
  return {
    id: `place-ended:${native}`,
    chat,
    at: now,
    type: "edit",
    author,
    target: { native },
    content: { type: "location", latitude, longitude, live: "ended" },
  };
}
