/** Which signal-cli it is. Older ones stop working when Signal's servers move on. */

/** Older ones are warned about. */
export const VERSION_MIN = "0.14.6";

/** Whether `version` is older than `than`. What cannot be read is. */
export function isOlder(version: string, than: string): boolean {
  const [ours, theirs] = [parts(version), parts(than)];
  for (const [at, wanted] of theirs.entries()) {
    const have = ours[at] ?? -1;
    if (have !== wanted) return have < wanted;
  }
  return false;
}

function parts(version: string): number[] {
  return (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? "").split(".").filter(Boolean).map(Number);
}
