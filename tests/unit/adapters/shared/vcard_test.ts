import assert from "node:assert/strict";
import fc from "fast-check";
import { readVcard, writeVcard } from "../../../../adapters/shared/vcard.ts";

const CASES: readonly (readonly [string, string, ReturnType<typeof readVcard>])[] = [
  [
    "WhatsApp's form",
    "BEGIN:VCARD\nVERSION:3.0\nN:;Bob;;;\nFN:Bob\nTEL;type=CELL;waid=4915112345678:+49 151 12345678\nEND:VCARD",
    { name: "Bob", phones: ["+49 151 12345678"] },
  ],
  [
    "several numbers, one of them twice",
    "FN:Bob\r\nTEL;TYPE=HOME:030 123456\r\nitem1.TEL:+4930123456\r\nTEL:(030) 123456\r\n",
    { name: "Bob", phones: ["030 123456", "+4930123456"] },
  ],
  ["a name in parts alone", "N:Berg;Anna;Maria;;\nTEL:12345", {
    name: "Anna Maria Berg",
    phones: ["12345"],
  }],
  ["an organisation alone", "ORG:Tea\\, Ltd;Sales\nTEL:12345", {
    name: "Tea, Ltd Sales",
    phones: ["12345"],
  }],
  ["folded lines", "FN:An\r\n na B\r\n\terg\r\nTEL:+49\r\n 301", { name: "Anna Berg", phones: ["+49301"] }],
  [
    "quoted-printable with a soft break",
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrg=\r\n=20Berg\r\nTEL:12345",
    { name: "Jürg Berg", phones: ["12345"] },
  ],
  ["an address of version 4", 'FN:Bob\nTEL;VALUE=uri;TYPE="voice:home":tel:+1-555-0100;ext=7', {
    name: "Bob",
    phones: ["+1-555-0100"],
  }],
  ["a number that is only named", "FN:Bob\nTEL;waid=15550100:", { name: "Bob", phones: ["+15550100"] }],
  ["signs that were hidden", String.raw`FN:Bob\, the \; one\nand \\ only`, {
    name: String.raw`Bob, the ; one and \ only`,
    phones: [],
  }],
  ["somebody who is saved under their number", "FN:+49 151 12345678\nTEL:+4915112345678", {
    name: "",
    phones: ["+4915112345678"],
  }],
  ["a second card", "FN:Bob\nTEL:12345\nEND:VCARD\nBEGIN:VCARD\nFN:Eve\nTEL:67890\nEND:VCARD", {
    name: "Bob",
    phones: ["12345"],
  }],
  ["nothing", "", { name: "", phones: [] }],
];

for (const [name, text, card] of CASES) {
  Deno.test(`a vCard is read: ${name}`, () => assert.deepEqual(readVcard(text), card));
}

Deno.test("a vCard with a picture in it is read for its name and numbers", () => {
  const picture = Array.from({ length: 900 }, () => ` ${"A".repeat(72)}`).join("\r\n");
  const card = readVcard(`FN:Bob\r\nTEL:12345\r\nPHOTO;ENCODING=b:AAAA\r\n${picture}\r\nEND:VCARD`);
  assert.deepEqual(card, { name: "Bob", phones: ["12345"] });
});

Deno.test("a vCard never grows beyond its bounds, whatever stands in it", () => {
  const numbers = Array.from({ length: 5_000 }, (_, at) => `TEL:${10_000 + at}`).join("\n");
  assert.equal(readVcard(numbers).phones.length, 10);
  assert.deepEqual(readVcard(`FN:${"x".repeat(10_000_000)}\nTEL:12345`), { name: "", phones: [] });
  assert.deepEqual(readVcard(`TEL:${"1".repeat(41)}\nTEL:12\nTEL:call me`), { name: "", phones: [] });
  assert.equal(readVcard(`FN:${"x".repeat(2_000)}`).name.length, 200);
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
    const { name, phones } = readVcard(text);
    assert.ok(name.length <= 200 && phones.length <= 10 && !/\p{Cc}/u.test(name));
  }));
});

Deno.test("a vCard that is written is read as it was meant, and nothing in it begins a line", () => {
  const name = fc.string({ unit: "grapheme", maxLength: 60 });
  const number = fc.stringMatching(/^\+?[1-9][0-9]{4,14}$/);
  fc.assert(fc.property(name, fc.uniqueArray(number, { minLength: 1, maxLength: 5 }), (name, phones) => {
    const text = writeVcard({ name: `A${name}`, phones });
    assert.equal(text.split(/[\r\n\u2028\u2029]/).length, 5 + phones.length);
    assert.deepEqual(readVcard(text).phones, phones);
  }));
  assert.deepEqual(readVcard(writeVcard({ name: String.raw`Bob; \n, Ltd`, phones: ["+49 30 1"] })), {
    name: String.raw`Bob; \n, Ltd`,
    phones: ["+49 30 1"],
  });
  const hostile = writeVcard({ name: "Bob\r\nTEL:666666\nEND:VCARD", phones: ["+49\nTEL:66 6"] });
  assert.deepEqual(hostile.split("\n").slice(2), [
    "N:;Bob TEL:666666 END:VCARD;;;",
    "FN:Bob TEL:666666 END:VCARD",
    "TEL;type=CELL;waid=49666:+4966 6",
    "END:VCARD",
  ]);
});
