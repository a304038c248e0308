/** Links that a simulated phone can open. */
import type { AppDeps } from "./deps.ts";

const INVITE_PAGE = /\/j\/([\w-]{1,128})(?:[/?#]|$)/;

/** `url`, or for an invite page the link on it that is for `messenger`: as a person would find it there. */
export async function phoneLink({ relay }: AppDeps, messenger: string, url: string): Promise<string> {
  const code = INVITE_PAGE.exec(url)?.[1];
  if (code === undefined) return url;
  const invite = await relay.read.invite(code);
  if (invite?.state !== "open") return url;
  return invite.group.bridges.find((one) => one.messenger === messenger)?.inviteUrl ?? url;
}
