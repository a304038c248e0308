/** Description, picture and timer in the terms of one bridge: set where they can be, told where they cannot. */
import assert from "node:assert/strict";
import { Messenger, NativeId, type NativeOp, type Op } from "../../../../actors/model/mod.ts";
import { lower, type LowerContext } from "../../../../actors/render/mod.ts";
import { ANNA, bridge, MESSAGE, table } from "./bridges.ts";

const SET = table({
  description: { maxUtf16: 20 },
  icon: { mimes: ["image/jpeg"], maxBytes: 1000 },
  timer: [86_400, 604_800],
});
const MEDIA = { native: NativeId.parse("p"), mime: "image/jpeg", bytes: 3 };

function described(description: string, by?: typeof ANNA): Op {
  return { type: "description", description, ...(by === undefined ? {} : { by }) };
}

function pictured(by?: typeof ANNA): Op {
  return {
    type: "icon",
    source: Messenger.parse("signal"),
    media: MEDIA,
    ...(by === undefined ? {} : { by }),
  };
}

function seen(op: Op, context: LowerContext): (NativeOp | string)[] {
  return lower(op, context).map(({ op }) => op.type === "post" ? op.text.text : op);
}

Deno.test("a description is set, shorter where it has to be, and told where it cannot be set", () => {
  assert.deepEqual(seen(described("We meet at the lake house"), bridge(SET)), [
    { type: "description", description: "We meet at the lake…" },
  ]);
  const told = ["Anna changed the description of the WhatsApp group: We meet"];
  assert.deepEqual(seen(described("We\nmeet", ANNA), bridge(table())), told);
  assert.deepEqual(seen(described("We meet", ANNA), bridge(SET, { refused: true })), told);
  assert.deepEqual(seen(described("", ANNA), bridge(table())), [
    "Anna took the description of the WhatsApp group away.",
  ]);
  assert.deepEqual(seen(described("We meet"), bridge(table())), [], "nobody is known to have done it");
});

Deno.test("a picture is set where it can be had in a form that is taken, else it is told", () => {
  const fitted: LowerContext = {
    ...bridge(SET),
    fitted: () => ({ form: "file", kind: "photo", media: MEDIA }),
  };
  const told = ["Anna changed the picture of the WhatsApp group."];

  assert.deepEqual(seen(pictured(ANNA), fitted), [{ type: "icon", media: MEDIA }]);
  assert.deepEqual(seen(pictured(ANNA), bridge(SET)), told);
  assert.deepEqual(seen(pictured(ANNA), bridge(table())), told);
  assert.deepEqual(seen(pictured(), bridge(table())), []);
});

Deno.test("a timer is the next one that the messenger has; where it has none people are told", () => {
  const timer = (seconds: number): Op => ({ type: "timer", seconds });
  assert.deepEqual(seen(timer(3_600), bridge(SET)), [{ type: "timer", seconds: 86_400 }]);
  assert.deepEqual(seen(timer(3_600), bridge(table({ timer: "any" }))), [{ type: "timer", seconds: 3_600 }]);
  assert.deepEqual(seen(timer(3_600), bridge(table())), [
    "Messages that come from the other messengers disappear here after 1 h from now on.",
  ]);
  assert.deepEqual(seen(timer(0), bridge(table())), ["Messages no longer disappear."]);
});

Deno.test("what is over is deleted by us only where the messenger's own timer is longer, or there is none", () => {
  const faded = { type: "delete", message: MESSAGE, author: ANNA, quiet: true, after: 86_400 } as const;
  const natives = { natives: ["n1"] };
  const gone = [{ type: "delete", target: "n1" }];
  assert.deepEqual(seen(faded, bridge(SET, natives)), []);
  assert.deepEqual(seen({ ...faded, after: 3_600 }, bridge(SET, natives)), gone);
  assert.deepEqual(seen(faded, bridge(table(), natives)), gone);
  const old = table({ delete: { support: "full", windowMs: 1 } });
  assert.deepEqual(
    seen(faded, bridge(old, { ...natives, ageMs: 2 })),
    [],
    "and without words where it is too late",
  );
});
