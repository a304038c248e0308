/** Polls, places, cards, and how the chat looks, as rows of the conformance suite. */
import assert from "node:assert/strict";
import { plain } from "../../actors/model/mod.ts";
import sharp from "sharp";
import type { ChatSeen, MessageSeen } from "./conformance_driver.ts";
import { before, fresh, type Level, type Look, type Row, type Scene } from "./conformance_rows.ts";
import { can, eventually, known, seen, type Somebody } from "./conformance_stage.ts";

const PLACE = { latitude: 53.54133, longitude: 9.98413 } as const;
const NUMBER = "+49 40 7654321";
const DIGITS = "7654321";

function digits(text: string): string {
  return text.replace(/\D/g, "");
}

/** A place as itself, or as words with a map. */
function placeLevel(came: readonly MessageSeen[], name: string): Level | null {
  const native = came.find(({ location }) => location !== undefined)?.location;
  const words = came.map(({ text }) => text.text).join("\n");
  if (native !== undefined) {
    assert(
      Math.abs(native.latitude - PLACE.latitude) < 1e-4 &&
        Math.abs(native.longitude - PLACE.longitude) < 1e-4,
    );
    if (name === "" || native.label === name) return "native";
    return words.includes(name) ? "partial" : null;
  }
  const map = words.includes("53.54133") && words.includes("9.98413");
  return map && words.includes(name) ? "words" : null;
}

function placeRow(kind: string, more: { readonly label?: string; readonly address?: string }): Row {
  return {
    kind,
    needs: ["location"],
    play: async ({ from, others }) => {
      const had = await before(others);
      await from.phone.act({ do: "location", ...PLACE, ...more });
      return (chat, at) => placeLevel(fresh(chat, had.get(at)), more.label ?? "");
    },
  };
}

const LIVE: Row = {
  kind: "live location, its start and its end",
  needs: ["location", "live-end"],
  play: async ({ from, others }) => {
    const had = await before(others);
    const target = await from.phone.act({ do: "location", ...PLACE, live: true });
    const starts = new Map<Somebody, Level>();
    for (const other of others) {
      starts.set(
        other,
        await eventually(
          "where it begins",
          async () => placeLevel(fresh(await other.phone.chat(), had.get(other)), ""),
        ),
      );
    }
    await from.phone.act({ do: "live-end", target });
    return (chat, at) => {
      const words = fresh(chat, had.get(at)).map(({ text }) => text.text).join("\n");
      return /ended/i.test(words) ? starts.get(at) ?? null : null;
    };
  },
};

const CONTACT: Row = {
  kind: "contact (its number only when the sender says /share)",
  needs: ["contact"],
  play: async ({ from, others, mark }) => {
    const had = await before(others);
    const own = await known(from);
    const name = `Card ${mark}`;
    const target = await from.phone.act({ do: "contact", name, phone: NUMBER });
    await eventually(
      "that a number would cross is said to the sender",
      async () => fresh(await from.phone.chat(), own).some(({ text }) => text.text.includes("/share")),
    );
    for (const other of others) {
      const card = await seen(
        other,
        "the card",
        ({ text, contact }) => text.text.includes(name) || contact?.name === name,
      );
      assert(
        !digits(card.text.text + (card.contact?.phone ?? "")).includes(DIGITS),
        "the number stays there",
      );
    }
    await from.phone.act({ do: "text", text: plain("/share"), replyTo: target });
    return (chat, at) => {
      const came = fresh(chat, had.get(at));
      if (came.some(({ contact }) => digits(contact?.phone ?? "").includes(DIGITS))) return "native";
      return came.some(({ text }) => digits(text.text).includes(DIGITS)) ? "words" : null;
    };
  },
};

const OPTIONS = ["Lake", "Sea", "Home"];

async function polled(
  { from, others, mark }: Scene,
): Promise<{ readonly id: string; readonly had: ReadonlyMap<Somebody, ReadonlySet<string>> }> {
  const had = await before([from, ...others]);
  const id = await from.phone.act({
    do: "poll",
    question: `Where ${mark}?`,
    options: OPTIONS,
    multiple: false,
  });
  for (const other of others) {
    await eventually(
      `the poll on ${other.messenger}`,
      async () => pollOf(await other.phone.chat(), mark) !== null,
    );
  }
  return { id, had };
}

/** The poll of that mark, natively or in words. */
function pollOf(chat: ChatSeen, mark: string): MessageSeen | null {
  return chat.messages.findLast(({ ours, poll, text }) =>
    ours && (poll?.question.includes(mark) ?? (text.text.includes(mark) && text.text.includes("1. Lake")))
  ) ?? null;
}

/** The merged result, wherever it stands. */
function tells(chat: ChatSeen, had: ReadonlySet<string> | undefined, result: RegExp): boolean {
  return fresh(chat, had).some(({ text }) => result.test(text.text));
}

async function vote(at: Somebody, mark: string, option: number): Promise<void> {
  const found = pollOf(await at.phone.chat(), mark);
  assert(found !== null);
  if (found.poll !== undefined && can(at, "vote")) {
    await at.phone.act({ do: "vote", target: found.id, options: [option] });
  } else await at.phone.act({ do: "text", text: plain(String(option + 1)), replyTo: found.id });
}

const POLLS: readonly Row[] = [
  {
    kind: "poll",
    needs: ["poll"],
    play: async ({ from, mark }) => {
      await from.phone.act({ do: "poll", question: `Where ${mark}?`, options: OPTIONS, multiple: true });
      return (chat) => {
        const found = pollOf(chat, mark);
        if (found === null) return null;
        if (found.poll === undefined) return "words";
        assert.deepEqual(found.poll.options, OPTIONS);
        assert.equal(found.poll.multiple, true);
        return "native";
      };
    },
  },
  {
    kind: "votes from everywhere in one result",
    needs: ["poll"],
    play: async (scene) => {
      const { others, mark } = scene;
      const { had } = await polled(scene);
      for (const other of others) await vote(other, mark, 1);
      return resultLook(had, new RegExp(`Sea.*\\b${others.length}\\b`));
    },
  },
  {
    kind: "poll closed everywhere",
    needs: ["poll", "close-poll"],
    play: async (scene) => {
      const { from, mark, others } = scene;
      const { id, had } = await polled(scene);
      for (const other of others) await vote(other, mark, 0);
      const all = new RegExp(`Lake.*\\b${others.length}\\b`);
      // The browser shows its author the counts at the poll itself.
      const [watcher = from] = others;
      await eventually("all votes", async () => tells(await watcher.phone.chat(), had.get(watcher), all));
      await from.phone.act({ do: "close-poll", target: id });
      return (chat, at) => {
        if (!tells(chat, had.get(at), all)) return null;
        const native = pollOf(chat, mark)?.poll;
        if (native?.closed === true) return "native";
        return tells(chat, had.get(at), /closed|final|result/i) ? "words" : null;
      };
    },
  },
];

/** The web shows the counts at the poll itself. */
function resultLook(had: ReadonlyMap<Somebody, ReadonlySet<string>>, result: RegExp): Look {
  return (chat, at) => tells(chat, had.get(at), result) ? "native" : null;
}

const ODD: Row = {
  kind: "dice and the rest",
  needs: ["odd"],
  play: async ({ from, others }) => {
    const had = await before(others);
    await from.phone.act({ do: "odd" });
    return (chat, at) =>
      fresh(chat, had.get(at)).some(({ text }) => text.text.includes(from.phone.name)) ? "words" : null;
  },
};

const PIN: Row = {
  kind: "pin",
  needs: ["text", "pin"],
  play: async ({ from, others, mark }) => {
    const target = await from.phone.act({ do: "text", text: plain(`pin-${mark}`) });
    for (const other of others) {
      await seen(other, "what will be pinned", ({ text }) => text.text.includes(`pin-${mark}`));
    }
    const had = await before(others);
    await from.phone.act({ do: "pin", target });
    return (chat, at) =>
      fresh(chat, had.get(at)).some(({ text }) => /pinned/i.test(text.text)) ? "words" : null;
  },
};

const LOOKS: readonly Row[] = [
  {
    kind: "title of the group",
    needs: ["title"],
    play: async ({ from, mark }) => {
      await from.phone.act({ do: "title", title: `Lake ${mark}` });
      return (chat) => chat.title === `Lake ${mark}` ? "native" : null;
    },
  },
  {
    kind: "description of the group",
    needs: ["description"],
    play: async ({ from, others, mark }) => {
      const had = await before(others);
      await from.phone.act({ do: "description", text: `About ${mark}` });
      return (chat, at) => {
        if (chat.description === `About ${mark}`) return "native";
        return fresh(chat, had.get(at)).some(({ text }) => text.text.includes(mark)) ? "words" : null;
      };
    },
  },
  {
    kind: "picture of the group",
    needs: ["icon"],
    play: async ({ from, others, mark }) => {
      const had = await before(others);
      const body = await pictureOf(mark);
      const icons = new Map<Somebody, Uint8Array | null>();
      for (const other of others) icons.set(other, (await other.phone.chat()).icon);
      await from.phone.act({ do: "icon", body });
      return (chat, at) => {
        const old = icons.get(at) ?? null;
        if (chat.icon !== null && !same(chat.icon, old)) return "native";
        return fresh(chat, had.get(at)).some(({ text }) => /picture/i.test(text.text)) ? "words" : null;
      };
    },
  },
];

/** Another one for each mark. */
async function pictureOf(mark: string): Promise<Uint8Array> {
  const [r = 0, g = 0, b = 0] = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(mark)),
  );
  const image = sharp({ create: { width: 640, height: 640, channels: 3, background: { r, g, b } } });
  return new Uint8Array(await image.jpeg().toBuffer());
}

/** After how long messages disappear, as each messenger's clients offer it, seconds: the strictest is set last. */
const TIMERS: Readonly<Record<string, number>> = { telegram: 604_800, whatsapp: 86_400, signal: 5 };
/** Where Plenum cannot set it, it takes messages away itself. */
const NATIVE_TIMERS = ["whatsapp", "signal"];

/** From then on messages are taken away. */
export const TIMER_ROW: Row = {
  kind: "time after which messages disappear",
  needs: ["timer"],
  pairs: (from, to) => from === "signal" || NATIVE_TIMERS.includes(to),
  play: async ({ from, others, mark }) => {
    const seconds = TIMERS[from.messenger] ?? 86_400;
    await from.phone.act({ do: "timer", seconds });
    await from.phone.act({ do: "text", text: plain(`soon gone ${mark}`) });
    const copies = new Map<Somebody, string>();
    for (const other of others) {
      copies.set(other, (await seen(other, "what will be gone", ({ text }) => text.text.includes(mark))).id);
    }
    return (chat, at) => {
      if (chat.timer === seconds) return "native";
      if (seconds > 60) return null;
      const copy = chat.messages.find(({ id }) => id === copies.get(at));
      return copy === undefined || copy.deleted ? "converted" : null;
    };
  },
};

function same(one: Uint8Array, other: Uint8Array | null): boolean {
  return other !== null && one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** Rows about all that is neither words nor a file. */
export const OTHER_ROWS: readonly Row[] = [
  placeRow("location", {}),
  placeRow("venue", { label: "Harbour", address: "Hamburg" }),
  LIVE,
  CONTACT,
  ...POLLS,
  PIN,
  ODD,
  ...LOOKS,
];
