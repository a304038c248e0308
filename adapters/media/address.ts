/** Where files are kept, as MEDIA_URL says it: `file:///a/folder`, or `s3://KEY:SECRET@host/bucket`. Pure. */
import { fileURLToPath } from "node:url";

/** A bucket of an S3-compatible service. */
export interface BucketAddress {
  /** The service, without a trailing slash. */
  readonly origin: string;
  readonly bucket: string;
  /** What all keys begin with: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly region: string;
  readonly keyId: string;
  readonly secret: string;
}

/** Where files end up. */
export type MediaAddress =
  | { readonly type: "disk"; readonly dir: string }
  | { readonly type: "s3"; readonly bucket: BucketAddress };

/** How MEDIA_URL is written, for those who wrote it otherwise. */
export const MEDIA_URL_FORM = "file:///path/of/a/folder or s3://KEY:SECRET@host:port/bucket?region=…&tls=on";

const PARAMETERS = new Set(["region", "tls"]);
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** null where it is neither form. Key and secret are percent-encoded where they hold `/`, `+`, `:` or `@`. */
export function parseMediaUrl(text: string): MediaAddress | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol === "file:") return diskAt(url);
  return url.protocol === "s3:" ? bucketAt(url) : null;
}

function diskAt(url: URL): MediaAddress | null {
  if (url.hostname !== "" || url.search !== "" || url.hash !== "" || url.pathname === "/") return null;
  try {
    return { type: "disk", dir: fileURLToPath(url).replace(/\/+$/, "") };
  } catch {
    return null;
  }
}

function bucketAt(url: URL): MediaAddress | null {
  const [, bucket = "", ...rest] = url.pathname.split("/");
  const prefix = rest.filter((part) => part !== "").join("/");
  const [region, tls] = [url.searchParams.get("region") ?? "us-east-1", url.searchParams.get("tls") ?? "on"];
  const known = [...url.searchParams.keys()].every((name) => PARAMETERS.has(name));
  const right = url.host !== "" && url.username !== "" && url.password !== "" && BUCKET.test(bucket) &&
    /^[\w/-]*$/.test(prefix) && /^[a-z0-9-]+$/.test(region) && /^(on|off)$/.test(tls) && url.hash === "";
  if (!known || !right) return null;
  try {
    return {
      type: "s3",
      bucket: {
        origin: `${tls === "on" ? "https" : "http"}://${url.host}`,
        bucket,
        prefix: prefix === "" ? "" : `${prefix}/`,
        region,
        keyId: decodeURIComponent(url.username),
        secret: decodeURIComponent(url.password),
      },
    };
  } catch {
    return null;
  }
}
