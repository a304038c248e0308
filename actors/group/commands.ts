/** Commands: a text that begins with "/" and names one of ours is for us, wherever it is written, and is not relayed. */
import type { Content } from "../model/mod.ts";
import type { Command } from "./asked.ts";
import { shareCard } from "./cards.ts";
import { tellStatus } from "./status.ts";
import { takeBack } from "./taking_back.ts";

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["delete", takeBack],
  ["share", shareCard],
  ["status", tellStatus],
]);

/** "/name", and as Telegram writes it where a bot is meant: "/name@bot". */
const FORM = /^\/([a-z]{1,32})(?:@\w{1,64})?(?:\s+(.*))?$/is;

/** The command that `content` is, with its words; null where it is for everybody. */
export function commandIn(content: Content): { readonly run: Command; readonly words: string } | null {
  if (content.type !== "text" || !content.body.text.startsWith("/")) return null;
  const [, name = "", words = ""] = FORM.exec(content.body.text.trim()) ?? [];
  const run = COMMANDS.get(name.toLowerCase());
  return run === undefined ? null : { run, words: words.trim() };
}
