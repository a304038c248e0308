/** Registers one test for every kind and every ordered pair of messengers, and one for the matrix in the docs. */
import assert from "node:assert/strict";
import type { Capabilities } from "../../actors/model/mod.ts";
import type { Driver } from "./conformance_driver.ts";
import { FILE_ROWS, LARGE_ROW } from "./conformance_files.ts";
import { matrixOf } from "./conformance_matrix.ts";
import { OTHER_ROWS, TIMER_ROW } from "./conformance_others.ts";
import type { Level, Look, Row } from "./conformance_rows.ts";
import { can, eventually, openStage, type Somebody, type Stage } from "./conformance_stage.ts";
import { TEXT_ROWS } from "./conformance_texts.ts";

/** All kinds, in the order of the matrix. */
export const ROWS: readonly Row[] = [...TEXT_ROWS, ...FILE_ROWS, ...OTHER_ROWS, LARGE_ROW, TIMER_ROW];

/** Where the matrix lies. */
const MATRIX = new URL("../../static/docs/features.md", import.meta.url);

/** What the suite runs on. */
export interface Conformance {
  readonly drivers: readonly Driver[];
  readonly tables: Readonly<Record<string, Capabilities>>;
}

/** Results by kind, source and target. */
export type Results = Map<string, Level>;

/** The name of one result. */
export function cellOf(kind: string, from: string, to: string): string {
  return `${kind} ${from} ${to}`;
}

/** Opens everything and registers the tests. */
export async function registerConformance({ drivers, tables }: Conformance): Promise<void> {
  const stage = await openStage(drivers);
  const results: Results = new Map();
  const plays = new Map<string, Promise<Look>>();
  for (const row of ROWS) {
    for (const from of stage.people) {
      if (!row.needs.every((act) => can(from, act))) continue;
      for (const to of stage.people) {
        if (to === from || row.pairs?.(from.messenger, to.messenger) === false) continue;
        const play = (): Promise<Look> => {
          const name = `${row.kind} ${from.messenger}`;
          const playing = plays.get(name) ?? playRow(stage, row, from, tables);
          plays.set(name, playing);
          return playing;
        };
        registerCell({ row, from, to, play, results });
      }
    }
  }
  registerMatrix(stage, results);
}

interface Cell {
  readonly row: Row;
  readonly from: Somebody;
  readonly to: Somebody;
  readonly play: () => Promise<Look>;
  readonly results: Results;
}

const UNCHECKED = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false } as const;

function registerCell({ row, from, to, play, results }: Cell): void {
  Deno.test({
    ...UNCHECKED,
    name: `${row.kind} crosses from ${from.messenger} to ${to.messenger}`,
    fn: async () => {
      const look = await play();
      const level = await eventually(`${row.kind} on ${to.messenger}`, async () => {
        const chat = await to.phone.chat();
        keepsSecrets(
          from,
          JSON.stringify(chat.messages.map(({ text, poll, contact }) => [text, poll, contact])),
        );
        return await look(chat, to);
      });
      results.set(cellOf(row.kind, from.messenger, to.messenger), level);
    },
  });
}

/** Nothing of a person but their name is ever seen elsewhere. */
function keepsSecrets({ phone, messenger }: Somebody, shown: string): void {
  for (const secret of phone.secrets) {
    assert(!shown.includes(secret), `what identifies a person of ${messenger} stays there`);
  }
}

function playRow(stage: Stage, row: Row, from: Somebody, tables: Conformance["tables"]): Promise<Look> {
  const others = stage.people.filter((one) => one !== from);
  // Without digits: many in a row would be a number, which no name keeps.
  const mark = `m${
    crypto.randomUUID().slice(0, 8).replaceAll(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "")
  }`;
  return row.play({ from, others, mark, tables });
}

function registerMatrix(stage: Stage, results: Results): void {
  Deno.test({
    ...UNCHECKED,
    name: "the feature matrix in the docs says what the conformance suite has seen",
    fn: async () => {
      try {
        const matrix = matrixOf(
          ROWS.map(({ kind }) => kind),
          stage.people.map(({ messenger }) => messenger),
          results,
        );
        if (Deno.env.get("WRITE_MATRIX") === "1") await Deno.writeTextFile(MATRIX, matrix);
        assert.equal(await Deno.readTextFile(MATRIX), matrix);
      } finally {
        await stage[Symbol.asyncDispose]();
      }
    },
  });
}
