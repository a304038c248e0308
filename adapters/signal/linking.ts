/** Linking an account: to a phone, by a QR code that it reads, or as the only device of a number that is registered. */
import { type AdapterHost, type LinkIo, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { groupIcon } from "../shared/icon.ts";
import { unlessAborted } from "../shared/reconnect.ts";
import { RpcRefused, RpcUnreachable } from "./rpc.ts";
import { Rpc } from "./rpc.ts";

/** What the phone shows under its linked devices, and people as our name where there is none yet. */
const NAME = "Plenum";
/** QR codes in a row that nobody scanned. */
const CODES_MAX = 20;
/** Tries of a code from an SMS, and of a captcha. */
const TRIES = 3;
const CAPTCHA_URL = "https://signalcaptchas.org/registration/generate.html";

/** What linking works with. */
export interface LinkingDeps {
  /** The daemon's calls, without an account. */
  readonly rpcUrl: string;
  readonly host: AdapterHost;
}

/** Links, and answers how signal-cli names the account. @throws {DeliveryFailure} where it cannot be done */
export async function link(deps: LinkingDeps, io: LinkIo, signal: AbortSignal): Promise<string> {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const number = io.ask("register");
  number.catch(() => undefined);
  try {
    const typed = number.then((given) => ({ given }));
    const scanned = byQr(deps, io, until).then((linked) => ({ linked }));
    scanned.catch(() => undefined);
    const first = await unlessAborted(Promise.race([typed, scanned]), signal);
    if (first === null) throw givenUp();
    if ("linked" in first) return await named(deps, first.linked);
    // A number was typed: what a phone scans now would be another account.
    over.abort();
    return await named(deps, await register(deps, { io, number: first.given, signal }));
  } finally {
    over.abort();
  }
}

/** A QR code ends after a minute or two: then there is another. */
async function byQr({ rpcUrl }: LinkingDeps, io: LinkIo, signal: AbortSignal): Promise<string> {
  const rpc = new Rpc(rpcUrl);
  for (let codes = 0; codes < CODES_MAX; codes += 1) {
    const { deviceLinkUri } = await reached(rpc.call("startLink", {}, { signal }));
    if (signal.aborted) break;
    io.show("qr", deviceLinkUri);
    try {
      return (await rpc.call("finishLink", { deviceLinkUri, deviceName: NAME }, { signal })).number;
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof RpcUnreachable) throw unreachable();
      if (error instanceof RpcRefused && /already (exists|linked)|UserAlreadyExists/i.test(error.said)) {
        throw new Rejected("Cannot link as this account must not be linked here already: it is", "forbidden");
      }
    }
  }
  throw givenUp();
}

interface Registering {
  readonly io: LinkIo;
  readonly number: string;
  readonly signal: AbortSignal;
}

async function register({ rpcUrl, host }: LinkingDeps, { io, number, signal }: Registering): Promise<string> {
  const rpc = new Rpc(rpcUrl, number);
  await withCaptcha(async (captcha) => {
    await rpc.call("register", captcha === null ? {} : { captcha }, { signal });
  }, () => {
    io.show("text", host.text("signal.captcha", { url: CAPTCHA_URL }));
    return io.ask("captcha");
  });
  io.show("text", host.text("signal.code"));
  await verify(rpc, io, signal);
  return number;
}

async function withCaptcha(
  call: (captcha: string | null) => Promise<void>,
  ask: () => Promise<string>,
): Promise<void> {
  let captcha: string | null = null;
  for (let tries = 0; tries <= TRIES; tries += 1) {
    try {
      return await call(captcha);
    } catch (error) {
      if (!(error instanceof RpcRefused) || !/captcha/i.test(error.said)) throw cannotRegister(error);
      captcha = (await ask()).trim();
    }
  }
  throw new Rejected("Cannot register as Signal must take the captcha: it did not", "forbidden");
}

async function verify(rpc: Rpc, io: LinkIo, signal: AbortSignal): Promise<void> {
  let code = await io.ask("code");
  let pin: string | null = null;
  for (let tries = 0; tries < TRIES * 2; tries += 1) {
    try {
      const verificationCode = code.replaceAll(/\D/g, "");
      await rpc.call("verify", pin === null ? { verificationCode } : { verificationCode, pin }, { signal });
      return;
    } catch (error) {
      if (!(error instanceof RpcRefused)) throw cannotRegister(error);
      if (/pin/i.test(error.said)) pin = await io.ask("pin");
      else code = await io.ask("code");
    }
  }
  throw new Rejected("Cannot register as the code must be the one that was sent: it was not", "forbidden");
}

/** Signal makes groups only for who has a profile. A phone's name and picture stay as they are. */
async function named({ rpcUrl }: LinkingDeps, account: string): Promise<string> {
  const rpc = new Rpc(rpcUrl, account);
  const [own] = await reached(rpc.call("listContacts", { recipient: [account], allRecipients: true }));
  if (own?.profile?.givenName) return account;
  const avatar = `data:image/jpeg;base64,${(await groupIcon()).toBase64()}`;
  try {
    await rpc.call("updateProfile", { givenName: NAME, avatar });
  } catch {
    // A name is what groups need; the picture is a nicety.
    await rpc.call("updateProfile", { givenName: NAME }).catch(() => undefined);
  }
  return account;
}

async function reached<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch {
    throw unreachable();
  }
}

function unreachable(): RetryLater {
  return new RetryLater("Cannot link as signal-cli must be running: it does not answer", 0, "account");
}

function givenUp(): RetryLater {
  return new RetryLater("Cannot link: it was given up", 0, "account");
}

function cannotRegister(error: unknown): Error {
  if (!(error instanceof RpcRefused)) return unreachable();
  return new Rejected(`Cannot register: signal-cli answered ${error.code}`, "forbidden");
}
