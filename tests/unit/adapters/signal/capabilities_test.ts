import assert from "node:assert/strict";
import { Capabilities } from "../../../../actors/model/mod.ts";
import { SIGNAL, SIGNAL_UNPACED, signalTable } from "../../../../adapters/signal/capabilities.ts";

const CURRENT = { version: "0.14.6", managed: true };

Deno.test("a table of Signal says which signal-cli it is for; the newest has all", () => {
  const table = signalTable(CURRENT);

  assert.equal(table.version, `${SIGNAL.version}+0.14.6`);
  assert.deepEqual({ ...table, version: SIGNAL.version }, SIGNAL);
});

Deno.test("older versions of signal-cli lack polls and voice notes", () => {
  const support = (version: string): readonly [boolean, boolean] => {
    const { poll, media } = signalTable({ version, managed: true });
    return [poll !== undefined, media.voice !== undefined];
  };

  assert.deepEqual(support("0.13.19"), [false, false]);
  assert.deepEqual(support("0.13.23"), [true, false]);
  assert.deepEqual(support("0.14.2"), [true, true]);
});

Deno.test("a signal-cli beside gets files in JSON, where it takes 20,000,000 characters", () => {
  const { media, album } = signalTable({ version: "0.14.6", managed: false });

  for (const limits of Object.values(media)) assert.ok(limits.maxBytes * 4 / 3 < 20_000_000 - 100_000);
  assert.equal(album?.max, 10);
});

Deno.test("a table of Signal without pace is the same in all else", () => {
  const table = signalTable(CURRENT, SIGNAL_UNPACED);

  assert.deepEqual(table, { ...signalTable(CURRENT), pace: { chat: null, account: null } });
});

Deno.test("Signal's tables are such as the core takes them", () => {
  const beside = signalTable({ version: "0.13.19", managed: false });
  for (const table of [SIGNAL, SIGNAL_UNPACED, signalTable(CURRENT), beside]) {
    assert.deepEqual(Capabilities.parse(table), table);
  }
});
