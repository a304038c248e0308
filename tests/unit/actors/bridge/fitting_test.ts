import assert from "node:assert/strict";
import {
  AccountId,
  type Capabilities,
  ChatId,
  type Fitted,
  GroupId,
  Messenger,
  type Op,
} from "../../../../actors/model/mod.ts";
import { type MediaLibrary, Rejected, RetryLater } from "../../../../actors/ports/mod.ts";
import { fileIn, type FitAround, Fitting } from "../../../../actors/bridge/fitting.ts";
import { NO_MEDIA } from "../../../../actors/relay/no_media.ts";
import { ContractHost } from "../../../contract/contract_host.ts";
import { fakeHost } from "../../../fakes/host.ts";
import { PLAIN, plainAdapter } from "../../../fakes/plain_adapter.ts";
import { file, media, posted, text } from "./items.ts";

const WHATSAPP = Messenger.parse("whatsapp");
const FILE: Fitted = { form: "file", kind: "photo", media: media("fitted") };
const GONE: Fitted = { form: "none", problem: "gone" };
const LATER = new RetryLater("Cannot read the file as its messenger must be connected", 60_000);
const TABLE: Capabilities = {
  ...PLAIN,
  media: { photo: { support: "full", mimes: ["image/*"], maxBytes: 9, caption: true } },
};

interface Asked {
  readonly id: string;
  readonly kinds: readonly string[];
}

interface Scene {
  readonly around: FitAround;
  readonly asked: Asked[];
}

function scene(
  fit: (id: string) => Fitted | Error,
  { refused = false, table = TABLE, icon = null }: {
    refused?: boolean;
    table?: Capabilities;
    icon?: ReturnType<typeof media> | null;
  } = {},
): Scene {
  const asked: Asked[] = [];
  const library: MediaLibrary = {
    ...NO_MEDIA,
    fit: ({ id }, media) => {
      asked.push({ id, kinds: Object.keys(media) });
      const answer = fit(id);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    icon: () => Promise.resolve(icon),
  };
  const adapter = plainAdapter(new ContractHost(), {
    send: () => Promise.reject(new Error("Cannot send")),
    capabilities: () => table,
  });
  const bridge = {
    messenger: Messenger.parse("telegram"),
    account: AccountId.parse("account"),
    status: "ready",
    chat: ChatId.parse("chat"),
    inviteUrl: null,
  } as const;
  const around: FitAround = {
    host: fakeHost(),
    library,
    sourceOf: (group, { messenger, kind, media }) => ({
      group,
      id: `${messenger} ${media.native}`,
      kind,
      media,
      open: () => Promise.reject(new Error("Cannot open")),
    }),
    group: GroupId.parse(`g_${"x".repeat(22)}`),
    route: { bridge, locale: "en" },
    adapter,
    refused,
    signal: new AbortController().signal,
  };
  return { around, asked };
}

function fileOf(seq: number): NonNullable<ReturnType<typeof fileIn>> {
  const found = fileIn(file(seq).op);
  assert(found !== null);
  return found;
}

/** How often `wanted` is asked for, before it is said that it is gone. */
async function triesUntilGone(fitting: Fitting, around: FitAround, wanted = fileOf(1)): Promise<number> {
  for (let tries = 1; tries < 100; tries++) {
    const fitted = await fitting.fit(wanted, around).catch((error) => error);
    if (!isLater(fitted)) {
      assert.deepEqual(fitted, GONE);
      return tries;
    }
  }
  return Infinity;
}

function isLater(value: unknown): value is RetryLater {
  return value instanceof RetryLater;
}

const ICON: Op = { type: "icon", source: WHATSAPP, media: media("icon") };
const OPS: readonly [string, Op, string | null][] = [
  ["a post of a file", file(1).op, "file-1"],
  ["an edit of the words under a file", { ...posted(1, contentOf(file(1).op)), type: "edit" }, "file-1"],
  ["a new picture of the group", ICON, "icon"],
  ["a picture that was taken away", { ...ICON, media: null }, null],
  ["a text", text(1, "a").op, null],
  ["the end of the group", { type: "leave" }, null],
];

function contentOf(op: Op): Parameters<typeof posted>[1] {
  assert(op.type === "post");
  return op.content;
}

for (const [name, op, wanted] of OPS) {
  Deno.test(`${name} ${wanted === null ? "carries no file" : "carries its file"}`, () => {
    const found = fileIn(op);
    assert.equal(found?.media.native ?? null, wanted);
    if (found !== null) assert.equal(found.messenger, WHATSAPP);
  });
}

Deno.test("a file is fitted to what the bridge takes", async () => {
  const { around, asked } = scene(() => FILE);

  assert.deepEqual(await new Fitting().fit(fileOf(1), around), FILE);
  assert.deepEqual(asked, [{ id: "whatsapp file-1", kinds: ["photo"] }]);
});

Deno.test("a file that was refused is fitted to nothing but a link", async () => {
  const { around, asked } = scene(() => FILE, { refused: true });

  await new Fitting().fit(fileOf(1), around);

  assert.deepEqual(asked, [{ id: "whatsapp file-1", kinds: [] }]);
});

Deno.test("a group's picture is fitted where the bridge has pictures", async () => {
  const [wanted, icon] = [fileIn(ICON), media("small")];
  assert(wanted !== null);
  const table: Capabilities = { ...TABLE, icon: { mimes: ["image/jpeg"], maxBytes: 9 } };

  const there = await new Fitting().fit(wanted, scene(() => FILE, { table, icon }).around);
  const unreadable = await new Fitting().fit(wanted, scene(() => FILE, { table }).around);
  const nowhere = await new Fitting().fit(wanted, scene(() => FILE, { icon }).around);

  assert.deepEqual(there, { form: "file", kind: "photo", media: icon });
  assert.deepEqual(unreadable, { form: "none", problem: "unreadable" });
  assert.deepEqual(nowhere, { form: "none", problem: "unreadable" });
});

Deno.test("a file that cannot be read right now is asked for again soon", async () => {
  const { around } = scene(() => LATER);

  const failure = await new Fitting().fit(fileOf(1), around).catch((error) => error);

  assert(isLater(failure));
  assert.equal(failure.afterMs, 5_000);
});

Deno.test("a file that cannot be had for two minutes is gone, and the next begins anew", async () => {
  const { around } = scene(() => LATER);
  const fitting = new Fitting();

  const first = await triesUntilGone(fitting, around);
  fitting.done();
  const second = await triesUntilGone(fitting, around);

  assert.deepEqual([first, second], [24, 24]);
});

Deno.test("a file that can never be had is gone at once", async () => {
  const { around } = scene(() => new Rejected("Cannot read the file as it must be there", "no-target"));

  assert.equal(await triesUntilGone(new Fitting(), around), 1);
});

Deno.test("files of one album hold up nobody, whichever of them cannot be had", async () => {
  for (const lost of [["file-1"], ["file-2"], ["file-1", "file-2"]]) {
    const { around } = scene((id) => lost.some((one) => id.endsWith(one)) ? LATER : FILE);
    const fitting = new Fitting();
    let tries = 0;
    const album = async (): Promise<void> => {
      tries++;
      for (const seq of [1, 2]) await fitting.fit(fileOf(seq), around);
    };
    const tryAlbum = (): Promise<boolean> => album().then(() => true, () => false);
    while (tries < 100 && !await tryAlbum());
    assert(tries < 100, `the album still waits for ${lost.join(", ")}`);
  }
});
