import assert from "node:assert/strict";
import fc from "fast-check";
import { createLog, type LogLevel } from "../../../../actors/observe/log.ts";
import type { LogFields } from "../../../../actors/ports/mod.ts";

function written(
  fields: LogFields,
  options: { level?: LogLevel; cause?: unknown } = {},
): Record<string, unknown> {
  const lines: string[] = [];
  const log = createLog({ level: options.level ?? "debug", write: (line) => lines.push(line), now: () => 0 });

  log.error("lane-failed", fields, options.cause);

  assert.equal(lines.length, 1);
  return JSON.parse(lines[0] ?? "{}");
}

Deno.test("a log line is one line of JSON with time, level, event and fields", () => {
  assert.deepEqual(written({ messenger: "signal", waitMs: 1500, again: true, reason: null }), {
    time: "1970-01-01T00:00:00.000Z",
    level: "error",
    event: "lane-failed",
    messenger: "signal",
    waitMs: 1500,
    again: true,
    reason: null,
  });
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 64 }), (value) => {
    const lines: string[] = [];
    createLog({ level: "info", write: (line) => lines.push(line) }).info("x", { value });
    assert.ok(!/[\r\n]/.test(lines.join("")));
  }));
});

Deno.test("a log writes nothing below its level", () => {
  const lines: string[] = [];
  const log = createLog({ level: "warn", write: (line) => lines.push(line) });

  log.debug("a");
  log.info("b");
  log.warn("c");
  log.error("d");

  assert.deepEqual(lines.map((line) => JSON.parse(line).event), ["c", "d"]);
});

Deno.test("a log redacts numbers, addresses, tokens, links and long texts of people", () => {
  const suspects = {
    phone: "+49 170 1234567",
    bare: "491701234567",
    chat: "-1001234567890",
    email: "anna@example.org",
    jid: "120363041234567890@g.us",
    bot: "123456789:AAFakeFakeFakeFakeFakeFakeFakeFakeFak",
    bearer: "Bearer abcdef123456",
    jwt: "eyJhbGciOi.eyJzdWIi",
    uuid: "9f1c2f64-3a52-4d7c-8a77-0d1f2e3a4b5c",
    invite: "https://chat.whatsapp.com/x",
    message: "word ".repeat(14),
  };

  const line = written(suspects);

  for (const name of Object.keys(suspects)) assert.equal(line[name], "[redacted]", name);
});

Deno.test("a log keeps ids, kinds and counts of ours", () => {
  const ours = {
    group: "g_Ab3-_Ab3-_Ab3-_Ab3-_Ab",
    member: "m_Ab3-_Ab3-_Ab3-_A",
    message: "00001z141z4",
    kind: "retry-later",
    path: "/api/groups/:id/messages",
    version: "deno 2.9.6",
  };

  const { time: _time, level: _level, event: _event, ...rest } = written(ours);

  assert.deepEqual(rest, ours);
});

Deno.test("a field cannot take the place of the event or the level", () => {
  const line = written({ event: "other", level: "debug" });

  assert.equal(line.event, "lane-failed");
  assert.equal(line.level, "error");
  assert.equal(line.event_, "other");
});

Deno.test("a cause is shown by class and our own frames, never by its message", () => {
  class VendorError extends Error {}
  const inner = new VendorError("Anna wrote: meet me at the lake\n    at actors/secret/anna.ts:1:1");
  inner.stack = `VendorError: ${inner.message}\n    at vendor.js:1:1`;
  const outer = new TypeError("Cannot send to +49 170 1234567", { cause: inner });
  outer.stack = [
    "TypeError: Cannot send to +49 170 1234567",
    "    at send (file:///srv/plenum/adapters/telegram/adapter.ts:12:34)",
    "    at file:///srv/cache/npm/vendor/1.0.0/routes/mod.ts:5:6",
    "    at async Lane.step (file:///srv/plenum/actors/bridge.ts:7:8)",
  ].join("\n");

  const { cause } = written({}, { cause: outer });

  assert.deepEqual(cause, {
    class: "TypeError",
    frames: ["adapters/telegram/adapter.ts:12", "actors/bridge.ts:7"],
    cause: { class: "VendorError", frames: [] },
  });
});

Deno.test("a cause that is no error is shown by its type only", () => {
  assert.deepEqual(written({}, { cause: "Anna" }).cause, { class: "string", frames: [] });
  assert.deepEqual(written({}, { cause: null }).cause, { class: "null", frames: [] });
});
