/** The feature matrix of the docs, made of what the conformance suite has seen. */
import type { Level } from "./conformance_rows.ts";

const SIGNS: Readonly<Record<Level, string>> = {
  native: "●",
  partial: "◐",
  converted: "⇄",
  link: "🔗",
  words: "✎",
};
const LABELS: Readonly<Record<string, string>> = {
  telegram: "Telegram",
  whatsapp: "WhatsApp",
  signal: "Signal",
  web: "Browser",
};

const HEAD = `# What crosses, and how

Made by the conformance suite, which runs every row on the real adapters: \`WRITE_MATRIX=1\` writes this page anew, and
the suite fails where it differs. \`A → B\`: somebody on A does it, people on B see it.

Telegram runs with a user account beside the bot here. Without one, Plenum hears of no deletes there: \`/delete\` as an
answer takes a message away.

● as itself · ◐ as itself, but for a part (a style that is not there, several messages) · ⇄ as another form of it ·
🔗 as a link · ✎ in words · empty: people cannot do it there, or only
days would tell

`;

/** One table for each messenger that people write from. */
export function matrixOf(
  kinds: readonly string[],
  messengers: readonly string[],
  results: ReadonlyMap<string, Level>,
): string {
  const tables = messengers.map((from) =>
    tableOf(kinds, from, messengers.filter((to) => to !== from), results)
  );
  return `${HEAD}${tables.join("\n")}`;
}

function tableOf(
  kinds: readonly string[],
  from: string,
  to: readonly string[],
  results: ReadonlyMap<string, Level>,
): string {
  const rows = kinds.flatMap((kind) => {
    const levels = to.map((one) => results.get(`${kind} ${from} ${one}`));
    if (levels.every((level) => level === undefined)) return [];
    return [line([kind, ...levels.map((level) => level === undefined ? "" : SIGNS[level])])];
  });
  const heads = ["", ...to.map((one) => `→ ${LABELS[one] ?? one}`)];
  const rule = `| --- |${to.map(() => " :-: |").join("")}`;
  return [`## From ${LABELS[from] ?? from}`, "", line(heads), rule, ...rows, ""].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
