/**
 * `deno task telegram-login`: logs a user account in, once, and prints the session for TELEGRAM_SESSION.
 * Whoever has it is that user: it goes into the environment and nowhere else.
 */
import { MemoryStorage, TelegramClient } from "@mtcute/node";
import { z } from "zod";

if (import.meta.main) await login();

async function login(): Promise<void> {
  const apiId = z.coerce.number().int().positive().parse(ask("App id from my.telegram.org:"));
  const apiHash = z.string().regex(/^[0-9a-f]{32}$/i, "Expected 32 hexadecimal digits").parse(
    ask("App hash:"),
  );
  const client = new TelegramClient({
    apiId,
    apiHash,
    storage: new MemoryStorage(),
    disableUpdates: true,
    logLevel: 0,
  });
  try {
    await client.start({
      phone: () => Promise.resolve(ask("Phone number, with + and country code:")),
      code: () => Promise.resolve(ask("Code that Telegram sent you:")),
      password: () => Promise.resolve(ask("Password of two-step verification:")),
      invalidCodeCallback: (type) => show(`That ${type} was not right.`),
    });
    show("Keep this secret. Put it into the environment of the server:");
    show(`TELEGRAM_SESSION=${await client.exportSession()}`);
  } finally {
    await client.destroy();
  }
}

function ask(question: string): string {
  const answer = prompt(question)?.trim();
  if (!answer) throw new Error("Cannot go on without an answer: nothing was typed");
  return answer;
}

function show(line: string): void {
  // deno-lint-ignore no-console -- a command line speaks to its terminal
  console.log(line);
}
