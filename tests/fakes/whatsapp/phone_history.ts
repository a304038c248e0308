/** What a phone tells a device that was just linked: the key of its settings, and what happened before. */
import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { proto } from "@whiskeysockets/baileys";
import type { Account } from "./accounts.ts";
import type { LinkedDevice } from "./linked_device.ts";
import { freshId } from "./node.ts";
import type { PhoneLine } from "./phone_line.ts";

const { Type } = proto.Message.ProtocolMessage;
const { HistorySyncType } = proto.HistorySync;

/** Tells a device that came for the first time. Nothing happened before, but until it hears so it waits. */
export async function sendHistory(line: PhoneLine, account: Account, device: LinkedDevice): Promise<void> {
  const keyId = Buffer.from(crypto.getRandomValues(new Uint8Array(6)));
  const keyData = {
    keyData: Buffer.from(crypto.getRandomValues(new Uint8Array(32))),
    fingerprint: { rawId: 1, currentIndex: 0, deviceIndexes: [0, device.keyIndex] },
    timestamp: Date.now(),
  };
  await line.postToOwn(device, {
    protocolMessage: {
      type: Type.APP_STATE_SYNC_KEY_SHARE,
      appStateSyncKeyShare: { keys: [{ keyId: { keyId }, keyData }] },
    },
  }, freshId());
  const history = proto.HistorySync.encode({
    syncType: HistorySyncType.INITIAL_BOOTSTRAP,
    phoneNumberToLidMappings: [{ pnJid: account.jid("pn"), lidJid: account.jid("lid") }],
  }).finish();
  await line.postToOwn(device, {
    protocolMessage: {
      type: Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: {
        syncType: HistorySyncType.INITIAL_BOOTSTRAP,
        chunkOrder: 1,
        progress: 100,
        initialHistBootstrapInlinePayload: deflateSync(history),
      },
    },
  }, freshId());
}
