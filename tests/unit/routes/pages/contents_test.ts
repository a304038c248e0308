/** Files, polls, places and cards on the pages, without scripts. */
import assert from "node:assert/strict";
import type { Content } from "../../../../actors/model/mod.ts";
import { RetryLater } from "../../../../actors/ports/mod.ts";
import { PNG } from "../../../contract/rest_file_cases.ts";
import { FAKE_FILE_MAX } from "../../../fakes/media.ts";
import { ownerWithGroup, type Visitor } from "./visitor.ts";

const EVIL = `"><img src=x onerror=alert(1)>`;

interface Given {
  readonly visit: Visitor;
  readonly path: string;
  page(query?: string): Promise<string>;
  /** Says something as the owner and answers its id. */
  say(content: Content): string;
}

async function given(): Promise<Given> {
  const { visit, path } = await ownerWithGroup();
  const [group] = [...visit.world.groups.values()];
  assert.ok(group);
  const member = group.view.ownerMember;
  return {
    visit,
    path,
    page: async (query = "") => await (await visit.get(path + query)).text(),
    say: (content) => visit.world.act(group.view.id, { type: "message", member, content }),
  };
}

function form(fields: Readonly<Record<string, string>>, files: readonly File[] = []): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const file of files) data.append("file", file);
  return data;
}

Deno.test("files that a form sends are an album with its words, shown by their addresses", async () => {
  const { visit, path, page } = await given();

  const sent = await visit.post(
    `${path}/messages`,
    form({ text: "The lake" }, [new File([PNG], "a.png"), new File([PNG], "b.png")]),
  );
  const html = await page();

  assert.equal(sent.status, 303);
  assert.match(html, /class="message own album"/);
  assert.equal(
    html.match(/<img src="\/api\/groups\/g_[\w-]+\/messages\/\w+\/file" alt="Photo: [ab]\.png"/g)?.length,
    2,
  );
  assert.match(html, /<p class="text" dir="auto">The lake<\/p>/);
  const [address] = /\/api\/groups\/[^"]+\/file/.exec(html) ?? [""];
  const file = await visit.get(address);
  assert.deepEqual(await file.bytes(), PNG);
});

Deno.test("a form without words and files is refused, and so are too many, empty and too large ones", async () => {
  const { visit, path, page } = await given();
  const refused = async (data: FormData, wanted: RegExp): Promise<void> => {
    const answer = await visit.post(`${path}/messages`, data);
    assert.equal(answer.status, 422);
    assert.match(await answer.text(), wanted);
  };

  await refused(form({ text: " " }, [new File([], "")]), /Write something first/);
  await refused(form({ text: "" }, Array(11).fill(new File([PNG], "a.png"))), /at most 10 files/);
  await refused(form({ text: "Kept words" }, [new File([], "empty.txt")]), /nothing in one[^]*Kept words/);
  await refused(form({ text: "" }, [new File([new Uint8Array(FAKE_FILE_MAX + 1)], "big.bin")]), /too large/);
  await refused(form({ text: "x".repeat(16_001) }, [new File([PNG], "a.png")]), /too long/);
  assert.equal((await visit.post(`${path}/messages`, form({ text: "x".repeat(70_000) }))).status, 413);
  assert.match(await page(), /Nothing has been said yet/);
});

Deno.test("a file that is sent as voice is one", async () => {
  const { visit, path, page } = await given();
  const sound = new File([new TextEncoder().encode("OggS sound")], "hello.ogg");

  await visit.post(`${path}/messages`, form({ voice: "yes", text: "" }, [sound]));

  assert.match(await page(), /<div class="media media-voice"[^>]*><audio [^>]*controls/);
});

Deno.test("the words under a file are changed, and the file stays", async () => {
  const { visit, path, page } = await given();
  const sent = await visit.post(`${path}/messages`, form({ text: "Lake" }, [new File([PNG], "a.png")]));
  const id = /#m-(\w+)$/.exec(sent.headers.get("location") ?? "")?.[1];

  await visit.post(`${path}/messages/${id}/edit`, { text: "The lake" });
  const changed = await page();
  await visit.post(`${path}/messages/${id}/edit`, { text: "" });

  assert.match(changed, /media-photo[^]*The lake/);
  assert.doesNotMatch(await page(), /The lake/);
  assert.match(await page(), /media-photo/);
});

Deno.test("names, captions, options and labels of people stay text, whatever markup they look like", async () => {
  const { visit, path, page, say } = await given();
  await visit.post(`${path}/messages`, form({ text: EVIL }, [new File(["text"], `${EVIL}.txt`)]));
  say({ type: "poll", question: EVIL, options: [EVIL, `${EVIL}2`] });
  say({ type: "location", latitude: 1, longitude: 2, label: EVIL, address: EVIL });
  say({ type: "contact", name: EVIL, phones: [EVIL] });
  say({ type: "other", what: EVIL, body: { text: EVIL, spans: [] } });

  const html = await page();

  assert.doesNotMatch(html, /<img src=x/);
  assert.doesNotMatch(html, /javascript:/);
  assert.match(html, /&lt;img src=x onerror=alert\(1\)&gt;/);
});

Deno.test("a poll is made, voted in, taken back and ended by forms", async () => {
  const { visit, path, page } = await given();
  const made = await visit.post(`${path}/poll`, {
    question: "When?",
    options: "Friday\r\n\r\nSaturday\n",
    multiple: "yes",
  });
  const id = /#m-(\w+)$/.exec(made.headers.get("location") ?? "")?.[1];
  const vote = (entries: readonly (readonly [string, string])[]): Promise<Response> =>
    visit.post(`${path}/messages/${id}/vote`, entries);

  await vote([["option", "0"], ["option", "1"]]);
  const voted = await page();
  await vote([["option", "0"], ["none", "yes"]]);
  const back = await page();
  await visit.post(`${path}/messages/${id}/close`, {});
  const closed = await page();

  assert.equal(voted.match(/type="checkbox" name="option" value="[01]" checked/g)?.length, 2);
  assert.match(voted, /Voted so far: 1[^]*Take my vote back/);
  assert.match(back, /Voted so far: 0/);
  assert.match(closed, /Poll, ended/);
  assert.doesNotMatch(closed, /name="option"/);
});

Deno.test("only who asked, and the owner, are offered to end a poll", async () => {
  const { visit, path, page, say } = await given();
  say({ type: "poll", question: "When?", options: ["Friday", "Saturday"] });
  const [group] = [...visit.world.groups.values()];
  assert.ok(group);
  assert.match(await page(), /End the poll/);
  await visit.post(`/j/${group.code}/chat`, { name: "Gus", consent: "yes" });

  const html = await (await visit.get(`/j/${group.code}/chat`)).text();

  assert.match(html, /Poll, one answer/);
  assert.doesNotMatch(html, /End the poll/);
  assert.ok(path);
});

Deno.test("forms of polls, places and cards are shown by their address and keep what was wrong", async () => {
  const { visit, path, page } = await given();
  for (
    const [form, wrong, error] of [
      ["poll", { question: "When?", options: "Only one" }, /2 to 12 answers/],
      ["poll", { question: "When?", options: "Same\nSame" }, /are the same/],
      ["place", { latitude: "north", longitude: "9" }, /Enter degrees/],
      ["place", { latitude: "95", longitude: "9" }, /Enter degrees/],
      ["card", { name: "Ada", phone: "no number" }, /Enter a phone number/],
    ] as const
  ) {
    assert.match(await page(`?new=${form}`), new RegExp(`id="new-${form}"`));
    const answer = await visit.post(`${path}/${form}`, wrong);
    const html = await answer.text();
    assert.equal(answer.status, 422);
    assert.match(html, error);
    for (const value of Object.values(wrong)) assert.ok(html.includes(value), value);
  }
  assert.doesNotMatch(await page("?new=nonsense"), /id="new-/);
});

Deno.test("a place and a card are sent by forms; a place leads to a map, a number to a telephone", async () => {
  const { visit, path, page } = await given();

  await visit.post(`${path}/place`, { latitude: "47,65432", longitude: "9.4", label: "The lake" });
  await visit.post(`${path}/card`, { name: "Ada", phone: "+49 151 12 34" });
  const html = await page();

  assert.match(html, /href="https:\/\/www\.openstreetmap\.org\/\?mlat=47\.65432&amp;mlon=9\.4#map=16/);
  assert.match(html, /href="tel:\+491511234"/);
});

Deno.test("whoever sent a card can let its number cross, and nobody else", async () => {
  const { visit, page, say } = await given();
  const id = say({ type: "contact", name: "Ada" });
  const [group] = [...visit.world.groups.values()];
  assert.ok(group);
  group.messages.forEach((one, at) => group.messages[at] = { ...one, withholds: true });

  const mine = await page();
  await visit.post(`/j/${group.code}/chat`, { name: "Gus", consent: "yes" });
  const others = await (await visit.get(`/j/${group.code}/chat`)).text();

  assert.match(mine, new RegExp(`name="replyTo" value="${id}"[^]*name="text" value="/share"`));
  assert.doesNotMatch(others, /\/share/);
});

Deno.test("a file that cannot be read is answered as a problem, and the page is shown nevertheless", async () => {
  const { visit, path, page } = await given();
  await visit.post(`${path}/messages`, form({ text: "" }, [new File([PNG], "a.png")]));
  visit.world.media.failure = new RetryLater("Cannot read the file", 5000);

  const [address] = /\/api\/groups\/[^"]+\/file/.exec(await page()) ?? [""];

  assert.equal((await visit.get(address)).status, 503);
});

Deno.test("a group's picture and description are shown to its members, and to nobody else", async () => {
  const { visit, page } = await given();
  const [group] = [...visit.world.groups.values()];
  assert.ok(group);
  visit.world.media.picture(PNG);
  assert.equal((await visit.get(`/api/groups/${group.view.id}/icon`)).status, 404);
  group.view = { ...group.view, description: EVIL, icon: "v1" };

  const html = await page();
  const [address] = /\/api\/groups\/[^"]+\/icon\?v=v1/.exec(html) ?? [""];
  const picture = await visit.get(address);
  await visit.post("/logout", {});

  assert.match(html, /&lt;img src=x/);
  assert.deepEqual(await picture.bytes(), PNG);
  assert.equal(picture.headers.get("content-type"), "image/png");
  assert.equal((await visit.get(address)).status, 401);
});
