/** The Signal adapter with the real signal-cli: what a whole Plenum does not show from outside. */
import assert from "node:assert/strict";
import {
  type ChatId,
  type MediaRef,
  NativeId,
  type NativeOp,
  OpId,
  plain,
  type Receipt,
} from "../../actors/model/mod.ts";
import type { Adapter, MediaStream } from "../../actors/ports/mod.ts";
import { signal, SignalConfig } from "../../adapters/signal/mod.ts";
import { ACCOUNT } from "../contract/adapter_contract.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { until } from "../fakes/people.ts";
import { type DaemonBeside, type Person, SignalBed } from "../fakes/signal_bed/mod.ts";
import { realSignalTest } from "./signal_real_opened.ts";

interface Scene {
  readonly bed: SignalBed;
  readonly own: Person;
  readonly host: ContractHost;
  readonly adapter: Adapter;
  /** Every file of it is `BYTES`. */
  send(chat: ChatId, op: NativeOp): Promise<Receipt>;
}

/** More than one read of a file has. */
const BYTES = new Uint8Array(300_000).map((_, at) => at * 7);

/** A linked account that runs, on a signal-cli of its own, or on one that runs beside. */
async function withAccount(run: (scene: Scene) => Promise<void>, beside?: DaemonBeside): Promise<void> {
  await using bed = beside?.bed ?? await SignalBed.start();
  const dir = await Deno.makeTempDir();
  const host = new ContractHost({ now: Date.now(), deadlineMs: 30_000 });
  const where = beside === undefined ? { cli: bed.cli, dir } : { rpcUrl: beside.rpcUrl, tcp: beside.tcp };
  const config = SignalConfig.parse({ ...where, unpaced: true });
  const own = await bed.account();
  await using adapter = signal.open(ACCOUNT, config, host);
  const abort = new AbortController();
  await linkTo(bed, adapter, own);
  const running = adapter.run(abort.signal);
  await until("it is connected", () => Promise.resolve(host.health.at(-1)?.status === "connected"), 30_000);
  let ops = 0;
  const send = (chat: ChatId, op: NativeOp): Promise<Receipt> =>
    adapter.send(chat, op, { opId: OpId.parse(`op.${++ops}`), signal: abort.signal, media });
  const media = ({ mime }: MediaRef): Promise<MediaStream> =>
    Promise.resolve({ mime, bytes: BYTES.length, body: new Blob([BYTES]).stream() });
  try {
    await run({ bed, own, host, adapter, send });
  } finally {
    abort.abort();
    await running;
    await Deno.remove(dir, { recursive: true });
  }
}

/** Links the account by QR code, as the operator's phone does. */
async function linkTo(bed: SignalBed, adapter: Adapter, own: Person): Promise<void> {
  const scans: Promise<void>[] = [];
  await adapter.link({
    show: (kind, data) => {
      if (kind === "qr" && scans.length === 0) scans.push(bed.scan(data, own));
    },
    ask: () => new Promise(() => undefined),
  }, { signal: new AbortController().signal });
  await Promise.all(scans);
}

async function groupOf({ adapter }: Scene, opId = "make.0"): Promise<{ chat: ChatId; link: string }> {
  const spec = { title: "Tea", description: "About tea", opId: OpId.parse(opId) };
  const made = await adapter.createGroup?.(spec, { signal: new AbortController().signal });
  assert.ok(made?.inviteUrl);
  return { chat: made.chat, link: made.inviteUrl };
}

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** An album, a file of sound and a document, out and in. */
async function filesBothWays(
  { bed, host, adapter, send }: Scene,
  chat: ChatId,
  alice: Person,
): Promise<void> {
  const ref = (mime: string, name?: string): MediaRef => {
    return {
      native: NativeId.parse("file"),
      mime,
      bytes: BYTES.length,
      ...(name === undefined ? {} : { name }),
    };
  };
  const item = { kind: "photo" as const, media: ref("image/jpeg"), caption: plain("") };
  const film = { kind: "video" as const, media: ref("video/mp4"), caption: plain("both") };
  const { ids } = await send(chat, { type: "album", items: [item, film] });
  assert.equal(ids.length, 2);
  const album = await bed.files(alice, 2);
  const kinds = album.content.dataMessage?.attachments?.map(({ contentType }) => contentType);
  assert.deepEqual([album.content.dataMessage?.body, kinds], ["both", ["image/jpeg", "video/mp4"]]);
  for (const index of [0, 1]) assert.deepEqual(await bed.file(album, index), BYTES);
  const paper = ref("application/pdf", "a paper, ünï.pdf");
  await send(chat, { type: "media", kind: "document", media: paper, caption: plain("") });
  const one = await bed.files(alice, 1);
  const { contentType, fileName } = one.content.dataMessage?.attachments?.[0] ?? {};
  assert.deepEqual([contentType, fileName], ["application/pdf", "a paper, ünï.pdf"]);
  assert.deepEqual(await bed.file(one), BYTES);

  const attachments = ["image/png", "audio/aac"].map((contentType) => {
    return { data: BYTES.toBase64(), contentType, voice: contentType === "audio/aac" };
  });
  await bed.say(alice, chat, "a picture and a voice", { attachments });
  const voice = await host.event(
    "message",
    ({ content }) => content.type === "media" && content.kind === "voice",
  );
  assert.ok(voice.content.type === "media" && voice.content.album !== undefined);
  const { body } = await adapter.openMedia(voice.content.media.native, {
    signal: new AbortController().signal,
  });
  assert.deepEqual(await new Response(body).bytes(), BYTES);
}

/** What we change of the group itself, and what is no news of it. */
async function looks({ bed, send }: Scene, chat: ChatId): Promise<void> {
  const before = (await bed.group(chat)).avatar;
  const media = { native: NativeId.parse("file"), mime: "image/jpeg", bytes: BYTES.length };
  await send(chat, { type: "description", description: "More about tea" });
  await send(chat, { type: "icon", media });
  await send(chat, { type: "timer", seconds: 3600 });
  const after = await bed.group(chat);
  assert.equal(after.description, "More about tea");
  assert.ok(after.avatar && after.avatar !== before);
  await send(chat, { type: "timer", seconds: 0 });
}

realSignalTest(
  "a group is made once, with title, words, picture and link, and found again by a retry",
  () =>
    withAccount(async (scene) => {
      const { bed, adapter, host, own } = scene;
      const { chat, link } = await groupOf(scene);
      assert.equal(Uint8Array.fromBase64(chat).length, 32);
      const group = await bed.group(chat);
      assert.deepEqual([group.title, group.description, group.link], ["Tea", "About tea", link]);
      assert.ok(group.avatar);
      assert.deepEqual(await groupOf(scene), { chat, link });
      // What a process that was killed right after the group was made would have kept.
      host.session.values.delete("groups");
      host.session.values.set("creation:make.0", new TextEncoder().encode('{"v":1,"chat":null,"before":[]}'));
      assert.deepEqual(await groupOf(scene), { chat, link });
      // Another group of the same title is another group.
      assert.notEqual((await groupOf(scene, "make.1")).chat, chat);
      const options = { signal: new AbortController().signal };
      const renewed = await adapter.revokeInvite(chat, options);
      assert.notEqual(renewed, link);
      assert.equal((await bed.group(chat)).link, renewed);
      const late = await bed.person("Late");
      await assert.rejects(bed.join(late, link));
      const told = JSON.stringify(host.health);
      assert.ok(!told.includes(own.number) && told.includes("signal.old-version"));
    }),
);

realSignalTest(
  "who comes, who goes, titles, files, quotes, edits and what disappears are told and sent",
  () =>
    withAccount(async (scene) => {
      const { bed, own, host, adapter, send } = scene;
      const { chat, link } = await groupOf(scene);
      const options = { signal: new AbortController().signal };
      const alice = await bed.person("Alice");
      await bed.join(alice, link, true);
      const joined = await host.event("join");
      assert.deepEqual(joined.person, { native: alice.aci, name: "Alice" });
      const members: string[] = [];
      for await (const { name } of adapter.members(chat, options)) members.push(name);
      assert.deepEqual(members, ["Alice"]);

      // Out, with styles, right after somebody came as phones tell of it.
      const text = { text: "Tom: hi 😀 you", spans: [{ type: "bold" as const, start: 0, length: 4 }] };
      const { ids: [first = NativeId.parse("none")] } = await send(chat, { type: "post", text });
      const seen = await bed.sees(alice, "our words", ({ dataMessage }) => dataMessage?.body === text.text);
      assert.equal(first, `${own.aci}:${seen.dataMessage?.timestamp}`);
      assert.equal(seen.dataMessage?.bodyRanges?.length, 1);
      const mention = [{ type: "mention" as const, start: 3, length: 6, person: NativeId.parse(alice.aci) }];
      await send(chat, { type: "post", text: { text: "hi @Alice", spans: mention } });
      const named = await bed.sees(alice, "her name", ({ dataMessage }) => dataMessage?.body === "hi @Alice");
      assert.deepEqual(named.dataMessage?.bodyRanges, [{ start: 3, length: 6, mentionAci: alice.aci }]);
      await send(chat, { type: "edit", target: first, text: plain("changed") });
      await send(chat, { type: "edit", target: first, text: plain("changed again") });
      const twice = await bed.sees(alice, "both edits", ({ editMessage }) => {
        return editMessage?.dataMessage.body === "changed again";
      });
      // The second edit means the message by the time of the first.
      assert.notEqual(twice.editMessage?.targetSentTimestamp, seen.dataMessage?.timestamp);
      const newest = twice.editMessage?.dataMessage.timestamp ?? 0;
      await bed.react(alice, chat, { author: own, targetTimestamp: newest, emoji: "👍" });
      assert.deepEqual((await host.event("reaction")).target, { native: first });

      const attachments = [{ data: PIXEL, contentType: "image/png", fileName: "dot.png" }];
      await bed.say(alice, chat, "see this", { attachments });
      const { content } = await host.event("message", (event) => event.content.type === "media");
      assert.ok(content.type === "media");
      const file = await adapter.openMedia(content.media.native, options);
      assert.deepEqual(await new Response(file.body).bytes(), Uint8Array.fromBase64(PIXEL));

      await filesBothWays(scene, chat, alice);
      await looks(scene, chat);
      const at = await bed.say(alice, chat, "not for long", { expireTimer: 1 });
      await host.event("message", ({ native }) => native === `${alice.aci}:${at}`);
      host.pass(2_000);
      const gone = await host.event("delete");
      assert.deepEqual([gone.target, gone.quiet], [{ native: `${alice.aci}:${at}` }, true]);
      await bed.say(alice, chat, "once", { viewOnce: true, attachments });
      assert.equal((await host.event("note")).note, "view-once");

      await bed.retitle(alice, chat, "Coffee");
      assert.equal((await host.event("title")).title, "Coffee");
      await send(chat, { type: "title", title: "Milk" });
      assert.equal((await bed.group(chat)).title, "Milk");
      await bed.leave(alice, chat);
      assert.equal((await host.event("leave")).person.native, alice.aci);
      assert.ok(!JSON.stringify(host.taken).includes(alice.number));

      const ben = await bed.person("Ben");
      await bed.join(ben, (await bed.group(chat)).link ?? "");
      await send(chat, { type: "leave" });
      await send(chat, { type: "leave" });
      const after = await bed.group(chat);
      assert.deepEqual(after.members.map(({ aci, role }) => [aci, role]), [[ben.aci, "ADMINISTRATOR"]]);
      assert.equal(after.link, undefined);
      // Our own title was no news, and nothing was told twice.
      assert.equal(host.taken.filter(({ type }) => type === "title").length, 1);
      for (const type of ["description", "icon", "timer"]) {
        assert.ok(host.taken.every((event) => event.type !== type), `our own ${type} is no news`);
      }
      assert.equal(new Set(host.taken.map(({ id }) => id)).size, host.taken.length);
    }),
);

realSignalTest(
  "on a daemon that runs beside: it may go and come back, and who asks to join is let in",
  async () => {
    const beside = await (await SignalBed.start()).daemon();
    await withAccount(async (scene) => {
      const { bed, host } = scene;
      const { chat, link } = await groupOf(scene);
      const alice = await bed.person("Alice");
      await bed.join(alice, link);
      await host.event("join");
      await filesBothWays(scene, chat, alice);

      await beside.stop();
      await host.until(() => host.health.at(-1)?.status === "waiting", "the daemon to be missed");
      const failure = await scene.send(chat, { type: "post", text: plain("too early") }).catch((error) =>
        error
      );
      assert.equal(failure.kind, "retry-later");
      const said = await bed.say(alice, chat, "while it was away");
      await beside.start();
      await host.event("message", ({ native }) => native === `${alice.aci}:${said}`);

      await beside.call("updateGroup", { groupId: chat, link: "enabled-with-approval" });
      const ben = await bed.person("Ben");
      await bed.join(ben, link);
      assert.deepEqual((await bed.group(chat)).asking.map(({ aci }) => aci), [ben.aci]);
      await until(
        "he is in",
        async () => (await bed.group(chat)).members.some(({ aci }) => aci === ben.aci),
        30_000,
      );
      await host.event("join", ({ person }) => person.native === ben.aci);
      await scene.adapter.unlink?.({ signal: new AbortController().signal });
      assert.equal(host.session.values.size, 0);
    }, beside);
    await beside.stop();
  },
);
