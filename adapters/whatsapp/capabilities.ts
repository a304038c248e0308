import type { Capabilities } from "../../actors/model/mod.ts";
import { WHATSAPP as T } from "../sandbox/capabilities.ts";
export const WHATSAPP: Capabilities = { ...T, pace: { chat: { count: 60, perMs: 60_000, burst: 10 }, account: { count: 60, perMs: 60_000, burst: 20 }, create: { count: 10, perMs: 86_400_000, burst: 4 } } };
export const WHATSAPP_UNPACED: Capabilities = { ...T, pace: { chat: null, account: null } };
