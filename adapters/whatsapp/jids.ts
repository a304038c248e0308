import { NativeId } from "../../actors/model/mod.ts";
export function personIdOf(jid: string, lidOf: (pn: string) => string | null): NativeId {
  const n = jid.replace(/:\d+@/, "@");
  return NativeId.parse(lidOf(n) ?? n);
}
