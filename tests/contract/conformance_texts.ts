/** Words, replies, edits, deletes and reactions, as rows of the conformance suite. */
import assert from "node:assert/strict";
import {
  type Capabilities,
  plain,
  type RichText,
  type SpanType,
  type Support,
} from "../../actors/model/mod.ts";
import type { Act, ChatSeen, MessageSeen } from "./conformance_driver.ts";
import { type Level, ours, type Row, type Scene } from "./conformance_rows.ts";
import { eventually, seen, type Somebody } from "./conformance_stage.ts";

/** Everybody else has a copy of what `from` said. @returns its id here, and there */
async function said(scene: Scene, more: Partial<Act & { do: "text" }> = {}): Promise<Said> {
  const { from, others, mark } = scene;
  const id = await from.phone.act({ do: "text", text: plain(`said ${mark}`), ...more });
  const copies = new Map<Somebody, string>();
  for (const other of others) {
    const copy = await seen(other, `what ${from.messenger} said`, ({ text }) => text.text.includes(mark));
    copies.set(other, copy.id);
  }
  return { id, copies };
}

interface Said {
  readonly id: string;
  readonly copies: ReadonlyMap<Somebody, string>;
}

function byId(chat: ChatSeen, id: string | undefined): MessageSeen | null {
  return chat.messages.find((message) => message.id === id) ?? null;
}

const PLAIN_WORDS = "2*3*4 _snake_ `tick` ~ <b>&amp; [a](b) \\ # > no markup";

const STYLES: readonly SpanType[] = [
  "bold",
  "italic",
  "underline",
  "strike",
  "spoiler",
  "code",
  "pre",
  "quote",
  "link",
];

/** Which styles a messenger has: people write only in those that are its own. */
function stylesOf(table: Capabilities | undefined, supports: readonly Support[]): SpanType[] {
  return STYLES.filter((style) => supports.includes(table?.text.spans[style] ?? "none"));
}

/** A block of code is code, where there are no blocks. */
function isAs(type: SpanType, style: SpanType): boolean {
  return type === style || (style === "pre" && type === "code");
}

/** Each style on a line of its own, by its name. */
function styled(mark: string, styles: readonly SpanType[]): RichText {
  let text = `${mark}\n`;
  const spans: RichText["spans"] = [];
  for (const type of styles) {
    spans.push({
      type,
      start: text.length,
      length: type.length,
      ...(type === "link" ? { url: "https://example.org/lake" } : {}),
    });
    text += `${type}\n`;
  }
  return { text: text.trimEnd(), spans };
}

/** Rows about words. */
export const TEXT_ROWS: readonly Row[] = [
  {
    kind: "text",
    needs: ["text"],
    play: async ({ from, mark }) => {
      await from.phone.act({ do: "text", text: plain(`${mark} ${PLAIN_WORDS} 👩‍👩‍👧 é שלום 字`) });
      return (chat) => {
        const found = ours(chat, mark);
        if (found === null) return null;
        assert(
          found.text.text.endsWith(`${mark} ${PLAIN_WORDS} 👩‍👩‍👧 é שלום 字`),
          "the words are as they were typed",
        );
        return "native";
      };
    },
  },
  {
    kind: "bold, italic and the other styles",
    needs: ["text"],
    play: async ({ from, mark, tables }) => {
      const styles = stylesOf(tables[from.messenger], ["full"]);
      await from.phone.act({ do: "text", text: styled(mark, styles) });
      return (chat, at) => {
        const found = ours(chat, mark);
        if (found === null) return null;
        const table = tables[at.messenger];
        const there = stylesOf(table, ["full", "partial"]).filter((style) => styles.includes(style));
        for (const style of there) {
          const held = found.text.spans.some(({ type, start, length }) =>
            isAs(type, style) && found.text.text.slice(start, start + length).includes(style)
          );
          assert(held, `${style} is kept on ${at.messenger}`);
        }
        if (styles.includes("link")) assert(linked(found.text), "the address is there");
        const full = stylesOf(table, ["full"]).filter((style) => styles.includes(style));
        return full.length === styles.length ? "native" : "partial";
      };
    },
  },
  {
    kind: "long text",
    needs: ["text"],
    play: async ({ from, mark, tables }) => {
      const max = tables[from.messenger]?.text.max.count ?? 4_096;
      const words = Array.from(
        { length: Math.floor(Math.min(max, 9_000) / 16) },
        (_, n) => `${mark}-${String(n).padStart(4, "0")}`,
      );
      await from.phone.act({ do: "text", text: plain(words.join(" ")) });
      return (chat) => {
        const found = chat.messages.filter(({ ours, text }) => ours && text.text.includes(`${mark}-`));
        const there = found.flatMap(({ text }) => text.text.match(new RegExp(`${mark}-\\d{4}`, "g")) ?? []);
        if (there.length < words.length) return null;
        assert.deepEqual(there, words);
        return found.length === 1 ? "native" : "partial";
      };
    },
  },
  {
    kind: "@Name of somebody elsewhere",
    needs: ["text"],
    play: async ({ from, others, mark }) => {
      const names = others.map(({ phone }) => `@${phone.name}`).join(" ");
      await from.phone.act({ do: "text", text: plain(`${mark} ${names}`) });
      return (chat, { phone }) => {
        const found = ours(chat, mark);
        if (found === null) return null;
        assert(found.mentions?.includes(phone.name), `${phone.name} is told that they are meant`);
        return "native";
      };
    },
  },
  {
    kind: "mention of somebody there",
    needs: ["mention"],
    play: async ({ from, mark }) => {
      await from.phone.act({ do: "mention", text: mark, name: from.phone.name });
      return (chat) => {
        const found = ours(chat, mark);
        if (found === null) return null;
        assert.equal(
          found.text.text.split("\n").at(-1),
          `${mark} @${from.phone.name}`,
          "it is the name that crosses",
        );
        return "native";
      };
    },
  },
  {
    kind: "reply",
    needs: ["text"],
    play: async (scene) => {
      const { from, others, mark } = scene;
      const { id, copies } = await said(scene);
      const answer = `answer-${mark}`;
      await from.phone.act({ do: "text", text: plain(answer), replyTo: id });
      for (const other of others) await seen(other, "the answer", ({ text }) => text.text.includes(answer));
      return (chat, at) => replyLevel(ours(chat, answer), copies.get(at));
    },
  },
  {
    kind: "reply to somebody elsewhere, also after an edit",
    needs: ["text", "edit"],
    play: async (scene) => {
      const { from, others, mark } = scene;
      const { id, copies } = await said(scene);
      const edited = await from.phone.act({ do: "edit", target: id, text: plain(`edited ${mark}`) });
      const [other] = others;
      assert(other !== undefined);
      const copy = await eventually("the edit", async () => {
        const chat = await other.phone.chat();
        return chat.messages.findLast(({ ours, text }) => ours && text.text.includes(`edited ${mark}`)) ??
          null;
      });
      const answer = `answer-${mark}`;
      await other.phone.act({ do: "text", text: plain(answer), replyTo: copy.id });
      const own = await seen(from, "the answer", ({ text }) => text.text.includes(answer));
      // Signal gives what was edited a further id.
      assert([id, edited].includes(own.replyTo ?? ""), "the answer points at what was written here");
      return (chat, at) => at === other ? "native" : replyLevel(ours(chat, answer), copies.get(at));
    },
  },
  {
    kind: "edit",
    needs: ["text", "edit"],
    play: async (scene) => {
      const { from, mark } = scene;
      const { id, copies } = await said(scene);
      await from.phone.act({ do: "edit", target: id, text: plain(`changed ${mark}`) });
      return (chat, at) => {
        const copy = byId(chat, copies.get(at));
        if (copy?.text.text.includes(`changed ${mark}`)) return copy.edited ? "native" : null;
        return ours(chat, `changed ${mark}`) === null ? null : "words";
      };
    },
  },
  {
    kind: "delete",
    needs: ["text", "delete"],
    play: async (scene) => {
      const { from } = scene;
      const { id, copies } = await said(scene);
      await from.phone.act({ do: "delete", target: id });
      return (chat, at) => {
        const copy = byId(chat, copies.get(at));
        return copy === null || copy.deleted ? "native" : null;
      };
    },
  },
  {
    kind: "/delete as an answer",
    needs: ["text"],
    play: async (scene) => {
      const { from } = scene;
      const { id, copies } = await said(scene);
      await from.phone.act({ do: "text", text: plain("/delete"), replyTo: id });
      return (chat, at) => {
        const copy = byId(chat, copies.get(at));
        return copy === null || copy.deleted ? "native" : null;
      };
    },
  },
  {
    kind: "reaction, with the name of who it is from",
    needs: ["text", "react"],
    play: async (scene) => {
      const { from } = scene;
      const { id, copies } = await said(scene);
      await from.phone.act({ do: "react", target: id, emoji: "👍" });
      return (chat, at) => {
        const copy = byId(chat, copies.get(at));
        if (copy === null || !copy.reactions.includes("👍")) return null;
        if (at.messenger === "web") return "native";
        return copy.text.text.includes(from.phone.name) && /👍[^\n]*$/.test(copy.text.text) ? "native" : null;
      };
    },
  },
  {
    kind: "reaction taken back",
    needs: ["text", "react"],
    play: async (scene) => {
      const { from, others } = scene;
      const { id, copies } = await said(scene);
      await from.phone.act({ do: "react", target: id, emoji: "🎉" });
      for (const other of others) {
        await eventually(
          "the reaction",
          async () => byId(await other.phone.chat(), copies.get(other))?.reactions.includes("🎉") ?? false,
        );
      }
      await from.phone.act({ do: "react", target: id, emoji: null });
      return (chat, at) => {
        const copy = byId(chat, copies.get(at));
        return copy?.reactions.length === 0 && !copy.text.text.includes("🎉") ? "native" : null;
      };
    },
  },
];

/** An answer that points at the copy of what it answers, or quotes it. */
function replyLevel(answer: MessageSeen | null, copy: string | undefined): Level | null {
  if (answer === null) return null;
  if (answer.replyTo === copy && copy !== undefined) return "native";
  assert.match(answer.text.text, /> /, "what it answers is quoted");
  return "words";
}

function linked({ text, spans }: RichText): boolean {
  return text.includes("https://example.org/lake") ||
    spans.some(({ url }) => url === "https://example.org/lake");
}
