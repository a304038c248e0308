/** Files as `send` takes them: data URIs, or paths that signal-cli reads. */
import type { ShownFile } from "./world.ts";

const DATA = /^data:([^;,]+\/[^;,]+)((?:;[^;,]+=[^;,]+)*);base64,/;
/** The longest string that signal-cli reads in JSON (its issue 2127). */
const STRING_MAX = 20_000_000;
/** What signal-cli makes of endings. */
const MIMES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  mp4: "video/mp4",
  aac: "audio/aac",
  mp3: "audio/mpeg",
  pdf: "application/pdf",
  txt: "text/plain",
};

/** The file that a parameter means. @throws where signal-cli would not read it */
export function fileOf(param: string): ShownFile {
  if (param.length > STRING_MAX) throw new Error("Cannot read the call: a string in it is too long");
  const found = DATA.exec(param);
  if (found === null) {
    const name = param.slice(param.lastIndexOf("/") + 1);
    const mime = MIMES[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ""] ?? "application/octet-stream";
    return { mime, name, body: Deno.readFileSync(param) };
  }
  const [head, mime = "", parameters = ""] = found;
  const name = /;filename=([^;]+)/.exec(parameters)?.[1];
  const body = Uint8Array.fromBase64(param.slice(head.length));
  return { mime, name: name === undefined ? null : decodeURIComponent(name), body };
}
