/** Where files are kept and brought into form. */
import type { Host, MediaLibrary } from "../../actors/ports/mod.ts";
import type { MediaAddress } from "./address.ts";
import { DiskStore } from "./disk_store.ts";
import { Ffmpeg } from "./ffmpeg.ts";
import { MediaKeys } from "./keys.ts";
import { Library } from "./library.ts";
import { Links } from "./links.ts";
import { S3Store } from "./s3_store.ts";
import { Slots } from "./shared_work.ts";
import type { MediaStore } from "./store.ts";
import { Vault } from "./vault.ts";
import { Workspace } from "./workspace.ts";

export type { MediaAddress } from "./address.ts";

/** What a library is made with. */
export interface MediaOptions {
  readonly address: MediaAddress;
  /** A folder of this machine where files are worked on, wherever they end up. */
  readonly workDir: string;
  /** At least 32 bytes: all that is kept is sealed with keys of it. */
  readonly secret: Uint8Array;
  readonly host: Pick<Host, "now" | "log">;
  /** No trailing slash. */
  readonly publicUrl: string;
  readonly retentionDays: number;
  /** How large a file may be. */
  readonly maxBytes?: number;
  /** The program's name. */
  readonly ffmpeg?: string;
}

/** Conversions at once: a small machine has two cores, and people to answer beside. */
const AT_ONCE = 2;
const DAY_MS = 86_400_000;
const FILE_MAX_BYTES = 2 * 1024 ** 3;

/** Opens the library: what an earlier process left half done goes, and the operator hears once if ffmpeg is missing. */
export async function openMediaLibrary(options: MediaOptions): Promise<MediaLibrary> {
  const { address, secret, host, publicUrl, retentionDays, maxBytes = FILE_MAX_BYTES } = options;
  const now = (): number => host.now();
  const work = await Workspace.open(options.workDir);
  const keys = new MediaKeys(secret);
  const ffmpeg = await Ffmpeg.find(options.ffmpeg);
  if (ffmpeg === null) host.log.warn("ffmpeg-missing");
  const lifetimeMs = retentionDays * DAY_MS;
  const vault = new Vault({ store: storeAt(address, now), keys, work, now, lifetimeMs });
  const links = new Links(keys.derive("media links"));
  const tools = { work, ffmpeg, slots: new Slots(AT_ONCE) };
  return new Library({ ...tools, vault, links, now, lifetimeMs, maxBytes, publicUrl, log: host.log });
}

function storeAt(address: MediaAddress, now: () => number): MediaStore {
  if (address.type === "disk") return new DiskStore(address.dir, now);
  return new S3Store(address.bucket);
}
