export function decodeMediaId(_n: string): { mediaKey: Uint8Array; directPath: string; type: string; mime: string; bytes: number | null } | null { return null; }
