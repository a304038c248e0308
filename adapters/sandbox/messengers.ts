/** The three simulated messengers, as data: what differs between them besides their tables. */
import { type Capabilities, Messenger, plain, type RichText } from "../../actors/model/mod.ts";
import { simulated } from "./capabilities.ts";
import { decodeMarkup } from "../shared/whatsapp_markup.ts";
import { type NativeIds, SIGNAL_IDS, TELEGRAM_IDS, WHATSAPP_IDS } from "./native_ids.ts";

/** What one simulated messenger is like. */
export interface Traits {
  readonly messenger: Messenger;
  readonly capabilities: Capabilities;
  readonly ids: NativeIds;
  /** The sender chooses a message's id, so a post that is repeated is one message. */
  readonly choosesIds: boolean;
  /** An edit makes one more id of the same message. */
  readonly editMakesId: boolean;
  /** How often a message can be edited; null is any number of times. */
  readonly editsMax: number | null;
  /** Our account may delete what others wrote. */
  readonly deletesOthers: boolean;
  /** Somebody who joins sees what was written before. */
  readonly showsPast: boolean;
  /** Files can be sent to be seen once. */
  readonly viewOnce: boolean;
  /** What is typed on a phone, as the messenger understands it. */
  decode(typed: string): RichText;
}

/** The tables of the real adapters. */
export interface RealTables {
  readonly whatsapp: Capabilities;
  readonly signal: Capabilities;
  readonly telegram: Capabilities;
}

/** In the order in which people are shown them. */
export function simulatedMessengers(tables: RealTables): readonly Traits[] {
  return [whatsapp(tables.whatsapp), signal(tables.signal), telegram(tables.telegram)];
}

function whatsapp(table: Capabilities): Traits {
  return {
    messenger: Messenger.parse("whatsapp"),
    capabilities: simulated(table),
    ids: WHATSAPP_IDS,
    choosesIds: true,
    editMakesId: false,
    editsMax: null,
    deletesOthers: true,
    showsPast: false,
    viewOnce: true,
    decode: decodeMarkup,
  };
}

function signal(table: Capabilities): Traits {
  return {
    messenger: Messenger.parse("signal"),
    capabilities: simulated(table),
    ids: SIGNAL_IDS,
    choosesIds: false,
    // The newest timestamp is what others refer to from then on.
    editMakesId: true,
    editsMax: 10,
    deletesOthers: false,
    showsPast: false,
    viewOnce: true,
    decode: plain,
  };
}

function telegram(table: Capabilities): Traits {
  return {
    messenger: Messenger.parse("telegram"),
    capabilities: simulated(table),
    ids: TELEGRAM_IDS,
    choosesIds: false,
    editMakesId: false,
    editsMax: null,
    deletesOthers: true,
    showsPast: true,
    viewOnce: false,
    decode: plain,
  };
}
