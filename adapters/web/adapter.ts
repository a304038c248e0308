/**
 * The browser behind the same contract as every messenger. There is nobody to call: the core keeps what
 * browsers show (history rows) in the commit that decides a message, so an op is done when it is acknowledged.
 * What people in the browser write comes in as web actions of the API, not as events of this adapter.
 */
import { ChatId, NativeId, type NativeOp, type Person, type Receipt } from "../../actors/model/mod.ts";
import {
  type Adapter,
  type AdapterHost,
  type CallOptions,
  type CreatedGroup,
  type GroupSpec,
  Rejected,
  RetryLater,
  type SendOptions,
} from "../../actors/ports/mod.ts";
import {
  type Refusal,
  refuseAlbum,
  refuseDescription,
  refuseFile,
  refusePoll,
  refuseText,
  refuseTitle,
} from "../shared/refusals.ts";
import { carried } from "../shared/uncarried.ts";
import { untilAborted } from "../shared/reconnect.ts";
import { WEB } from "./capabilities.ts";

/** The web's one account. */
export function webAdapter(host: AdapterHost): Adapter {
  return {
    capabilities: () => WEB,
    run: (signal) => run(host, signal),
    send: (_chat, op, options) => send(host, op, options),
    createGroup,
    // The page's own address is the invite: the core fills it in.
    inviteLink: () => Promise.resolve(null),
    revokeInvite: () => Promise.resolve(null),
    members: nobody,
    openMedia: () =>
      Promise.reject(new Rejected("Cannot open media as the web adapter keeps none", "no-target")),
    link: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function run(host: AdapterHost, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  host.report({ status: "connected" });
  await untilAborted(signal);
}

function send(host: AdapterHost, op: NativeOp, { opId, signal }: SendOptions): Promise<Receipt> {
  try {
    if (signal.aborted) throw new RetryLater("Cannot perform the op as it was aborted before it began", 0);
    refuse(op);
  } catch (error) {
    return Promise.reject(error);
  }
  return Promise.resolve({ ids: idsOf(op, opId), at: host.now() });
}

/** One for each message that the op makes. */
function idsOf(op: NativeOp, opId: string): NativeId[] {
  switch (op.type) {
    case "post":
    case "media":
    case "location":
    case "contact":
    case "poll":
      return [NativeId.parse(opId)];
    case "album":
      return op.items.map((_, at) => NativeId.parse(`${opId}.${at}`));
    default:
      return [];
  }
}

/** Nothing of a file is read: browsers read it from the library, when they show it. @throws {Rejected} */
function refuse(op: NativeOp): void {
  if (op.type === "timer") carried(op, []);
  const refusal = refusalOf(op);
  if (refusal !== null) throw new Rejected(refusal.message, refusal.reason);
}

const TRAITS = { capabilities: WEB } as const;

function refusalOf(op: NativeOp): Refusal | null {
  switch (op.type) {
    case "title":
      return refuseTitle(op.title, TRAITS);
    case "media":
      return refuseFile(op, TRAITS);
    case "album":
      return refuseAlbum(op.items, TRAITS) ??
        op.items.map((item) => refuseFile(item, TRAITS)).find((one) => one !== null) ?? null;
    case "poll":
      return refusePoll(op, TRAITS);
    case "description":
      return refuseDescription(op.description, TRAITS);
    case "post":
      return refuseText(op.text.text, TRAITS);
    case "edit":
      return op.caption === true ? null : refuseText(op.text.text, TRAITS);
    default:
      return null;
  }
}

/** The same answer for every retry of one creation, as the chat is named after it. */
function createGroup({ opId, title }: GroupSpec, _options: CallOptions): Promise<CreatedGroup> {
  try {
    refuse({ type: "title", title });
  } catch (error) {
    return Promise.reject(error);
  }
  return Promise.resolve({ chat: ChatId.parse(`web:${opId}`), inviteUrl: null });
}

/** Browser guests are members of the group in the core, known before this adapter could know them. */
async function* nobody(): AsyncIterable<Person> {}
