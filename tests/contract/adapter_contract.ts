/**
 * What holds for every adapter, whatever its messenger. `adapterContract` registers the tests; who calls it says
 * how to reach the other side: what people at the messenger do (`people`) and what they see (`observe`).
 *
 * To add a real adapter: give `open` its fake server, let `people` act there, and leave out what the messenger
 * cannot do (`undefined`), which the capability table must say too.
 */
import type { Adapter } from "../../actors/ports/mod.ts";
import { AccountId, type ChatId, type NativeId } from "../../actors/model/mod.ts";
import { registerFiles } from "./adapter_files.ts";
import { registerIncoming } from "./adapter_incoming.ts";
import { registerKinds } from "./adapter_kinds.ts";
import { registerOutgoing } from "./adapter_outgoing.ts";
import { registerShape } from "./adapter_shape.ts";
import type { FileSeen, MessageSeen } from "./conformance_driver.ts";
import type { ContractHost } from "./contract_host.ts";

/** What people at the messenger do. Each resolves once the messenger has it, whether or not we have. */
export interface People {
  /** Somebody new opens the invite link, or is added. */
  join(name: string): Promise<void>;
  /** The last who joined writes. @returns the message's native id */
  say(text: string, replyTo?: NativeId): Promise<NativeId>;
  edit(target: NativeId, text: string): Promise<void>;
  /** Absent where the messenger does not tell us of it. */
  delete?(target: NativeId): Promise<void>;
  react(target: NativeId, emoji: string): Promise<void>;
  leave(): Promise<void>;
  /** An administrator puts our account out of the chat. */
  removeAccount(): Promise<void>;
}

/** A message as members see it. */
export interface Seen {
  readonly text: string;
  readonly replyTo: NativeId | null;
  readonly reactions: readonly string[];
  readonly edited: boolean;
  readonly deleted: boolean;
  readonly file?: FileSeen;
  readonly album?: MessageSeen["album"];
  readonly poll?: MessageSeen["poll"];
  readonly location?: MessageSeen["location"];
  readonly contact?: MessageSeen["contact"];
}

/** An adapter that is open, with our account in a chat. It does not run yet. */
export interface Opened {
  readonly adapter: Adapter;
  readonly chat: ChatId;
  /** Absent where people do not write at the messenger itself (web). */
  readonly people?: People;
  /** What members see of a message, or null. Absent where the core shows it (web). */
  observe?(id: NativeId): Promise<Seen | null>;
  /** Moves the messenger's clock. Absent where it cannot be moved. */
  pass?(ms: number): void;
  /** The chat's title as members see it. */
  title?(): Promise<string>;
  description?(): Promise<string>;
  icon?(): Promise<Uint8Array | null>;
  /** After how many seconds messages disappear; 0: never. */
  timer?(): Promise<number>;
  /** An id as the messenger gives them, of a message that never was. */
  readonly unknown?: NativeId;
  /** What must stand in no error: tokens, keys, numbers. */
  readonly secrets?: readonly string[];
  /** Ends the messenger's side; the contract disposes of the adapter itself. */
  close?(): Promise<void>;
}

/** One adapter under the contract. */
export interface Subject {
  readonly name: string;
  readonly open: (host: ContractHost) => Promise<Opened>;
  /** Its library leaves timers behind, however it is closed. */
  readonly leaks?: boolean;
  /** The messenger lists members without their names. */
  readonly nameless?: boolean;
  /** Files are not handed over with a message: whoever looks at it reads them (web). */
  readonly reads?: false;
}

/** The account under which tests open an adapter. */
export const ACCOUNT = AccountId.parse("contract");

/** Registers what holds for every adapter. */
export function adapterContract(subject: Subject): void {
  registerShape(subject);
  registerIncoming(subject);
  registerOutgoing(subject);
  registerFiles(subject);
  registerKinds(subject);
}
