import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanName } from "../../../../adapters/media/names.ts";

const CASES: readonly (readonly [name: string | null, extension: string, clean: string | null])[] = [
  ["paper.pdf", "pdf", "paper.pdf"],
  ["Grüße aus 東京 🎉.jpg", "jpg", "Grüße aus 東京 🎉.jpg"],
  ["photo.JPEG", "jpg", "photo.jpeg"],
  ["../../etc/passwd", "txt", "passwd.txt"],
  ["C:\\Users\\ada\\a.png", "png", "a.png"],
  ["a/b\\c/", "bin", null],
  ["evil.exe", "jpg", "evil.jpg"],
  ["photo\u202Egpj.exe", "exe", "photogpj.exe"],
  ["a\u0000b\nc\u200B.pdf", "pdf", "abc.pdf"],
  ["notes.md", "txt", "notes.md"],
  ["archive.v2", "zip", "archive.v2"],
  ["movie.mp4", "txt", "movie.txt"],
  ["version 1.2", "pdf", "version 1.2.pdf"],
  ["...", "pdf", null],
  ["", "pdf", null],
  [null, "pdf", null],
  ["con.txt", "txt", "_con.txt"],
  ['a<b>:"|?*.png', "png", "a_b______.png"],
  [".htaccess", "txt", "htaccess.txt"],
];

Deno.test("names of files lose what misleads and get the ending of what the file is", () => {
  for (const [name, extension, clean] of CASES) {
    assert.equal(cleanName(name, extension), clean, name ?? "null");
  }
});

Deno.test("a name of ten thousand characters becomes a short one, cut between characters", () => {
  const clean = cleanName("👩‍👩‍👧".repeat(2000), "png") ?? "";

  assert.ok(clean.length <= 130 && clean.endsWith("👩‍👩‍👧.png"));
});

Deno.test("whatever a file is called, its name is one that is safe to save", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 400 }), (name) => {
    const clean = cleanName(name, "pdf");

    if (clean === null) return;
    assert.match(clean, /\.[a-z0-9]{1,8}$/);
    assert.doesNotMatch(clean, /[/\\<>:"|?*\p{Cc}\p{Cs}]|(?![\u200c\u200d])\p{Cf}|^[. ]/u);
    assert.ok(clean.length <= 140);
  }));
});
