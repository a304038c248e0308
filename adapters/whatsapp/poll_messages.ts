/**
 * Polls as WhatsApp writes them, and votes, which only those can read who have the poll: a vote names its options by
 * their digests and is sealed with the poll's secret. Baileys 7.0.0-rc14 reads none by itself. Pure.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { decryptPollVote, type proto } from "@whiskeysockets/baileys";
import type { Content, NativeOp } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { WHATSAPP } from "./capabilities.ts";
import { infoOf, unwrap } from "./wire.ts";

/** The most options that are kept of a poll: people can make twelve. */
const OPTIONS_MAX = 100;
const SECRET_BYTES = 32;
const IV_BYTES = 12;
/** At the end of what is sealed. */
const SEAL_BYTES = 16;

/** What has to be known of a poll to read its votes. */
export interface PollKey {
  /** The jid of who made it, null for us. */
  readonly creator: string | null;
  readonly secret: Uint8Array;
  /** SHA-256 of each option, in base64, in their order. */
  readonly options: readonly string[];
}

/** A vote, and all jids by which its poll's maker and its author may be meant in it. */
export interface SealedVote {
  readonly poll: PollKey;
  readonly pollId: string;
  readonly creators: readonly string[];
  readonly voters: readonly string[];
}

/** A poll of ours, but for its secret. @throws {Rejected} where it is more than WhatsApp takes */
export function encodePoll(
  { question, options, multiple }: Extract<NativeOp, { readonly type: "poll" }>,
): proto.IMessage {
  checkPoll(question, options);
  const poll: proto.Message.IPollCreationMessage = {
    name: question,
    options: apart(options).map((optionName) => ({ optionName })),
    selectableOptionsCount: multiple ? 0 : 1,
  };
  // Clients write polls with one answer in a field of their own.
  return multiple ? { pollCreationMessage: poll } : { pollCreationMessageV3: poll };
}

function checkPoll(question: string, options: readonly string[]): void {
  const limits = WHATSAPP.poll;
  const longest = Math.max(...options.map((option) => option.length));
  const fits = limits !== undefined && question.length <= limits.questionUtf16 &&
    options.length <= limits.options && longest <= limits.optionUtf16;
  if (fits) return;
  const said = `a question of ${question.length} and ${options.length} options of at most ${longest}`;
  throw new Rejected(`Cannot post the poll as the table must carry it: it has ${said}`, "too-large");
}

/** What a poll asks; null where the message is none. Without wrappers. */
export function pollOf(message: proto.IMessage): Extract<Content, { type: "poll" }> | null {
  const poll = creationIn(message);
  if (poll === null) return null;
  const options = namesIn(poll);
  // 0: as many as there are.
  return {
    type: "poll",
    question: poll.name ?? "",
    options,
    ...(poll.selectableOptionsCount === 1 ? {} : { multiple: true }),
  };
}

/** What has to be kept of a message so that votes can be read; null where it is no poll, or says no secret. */
export function pollKeyOf(wrapped: proto.IMessage, creator: string | null): PollKey | null {
  const poll = creationIn(unwrap(wrapped).message);
  const secret = infoOf(wrapped)?.messageSecret;
  if (poll === null || secret?.length !== SECRET_BYTES) return null;
  return { creator, secret, options: namesIn(poll).slice(0, OPTIONS_MAX).map(digestOf) };
}

/** The whole choice, by place; null where it cannot be read. */
export function choiceIn(
  { encPayload, encIv }: proto.Message.IPollEncValue,
  { poll, pollId, creators, voters }: SealedVote,
): number[] | null {
  // Shorter ones hold no seal; the machine's crypto would keep what it began with them for ever.
  if (!encPayload || encPayload.length < SEAL_BYTES || encIv?.length !== IV_BYTES) return null;
  for (const pollCreatorJid of creators) {
    for (const voterJid of voters) {
      const around = { pollCreatorJid, pollMsgId: pollId, pollEncKey: Buffer.from(poll.secret), voterJid };
      const vote = opened(() => decryptPollVote({ encPayload, encIv }, around));
      if (vote !== null) return placesOf(vote, poll);
    }
  }
  return null;
}

function opened<T>(open: () => T): T | null {
  try {
    return open();
  } catch {
    // Sealed under another name of the same person, or not at all.
    return null;
  }
}

function placesOf({ selectedOptions }: proto.Message.IPollVoteMessage, { options }: PollKey): number[] {
  const places = (selectedOptions ?? []).map((digest) =>
    options.indexOf(Buffer.from(digest).toString("base64"))
  );
  return [...new Set(places)].filter((place) => place >= 0).toSorted((a, b) => a - b);
}

function creationIn(message: proto.IMessage): proto.Message.IPollCreationMessage | null {
  return message.pollCreationMessage ?? message.pollCreationMessageV2 ?? message.pollCreationMessageV3 ??
    message.pollCreationMessageV5 ?? null;
}

function namesIn({ options }: proto.Message.IPollCreationMessage): string[] {
  return options?.map(({ optionName }) => optionName ?? "") ?? [];
}

function digestOf(option: string): string {
  return createHash("sha256").update(option).digest("base64");
}

/** Votes name options by what they say: two that say the same would be one. */
function apart(options: readonly string[]): string[] {
  const seen = new Set<string>();
  return options.map((option) => {
    let name = option;
    for (let count = 2; seen.has(name); count += 1) name = `${option} (${count})`;
    seen.add(name);
    return name;
  });
}
