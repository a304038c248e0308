import assert from "node:assert/strict";
import fc from "fast-check";
import { partsOf } from "../../../routes/multipart.ts";

interface Read {
  readonly name: string;
  readonly fileName: string | null;
  readonly mime: string;
  readonly bytes: Uint8Array;
}

/** A form as a browser would send it, in pieces of `size` bytes. */
function sent(
  form: FormData,
  size: number,
): { readonly type: string; readonly body: ReadableStream<Uint8Array> } {
  const request = new Request("http://plenum.test", { method: "POST", body: form });
  const body = request.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller): void {
        for (let at = 0; at < chunk.length; at += size) controller.enqueue(chunk.slice(at, at + size));
      },
    }),
  );
  assert.ok(body);
  return { type: request.headers.get("content-type") ?? "", body };
}

async function read(type: string, body: ReadableStream<Uint8Array>): Promise<Read[]> {
  const all: Read[] = [];
  for await (const { name, fileName, mime, body: content } of partsOf(type, body)) {
    all.push({ name, fileName, mime, bytes: await new Response(content).bytes() });
  }
  return all;
}

Deno.test("a form with files is read as it was sent, however it is cut into pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 4 }),
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.integer({ min: 1, max: 90 }),
      async (files, text, size) => {
        const form = new FormData();
        form.append("text", text);
        files.forEach((bytes, at) => form.append("file", new File([bytes.slice()], `${at}.bin`)));
        const { type, body } = sent(form, size);

        const [first, ...rest] = await read(type, body);

        assert.equal(new TextDecoder().decode(first?.bytes), text.replace(/\r\n|\r|\n/g, "\r\n"));
        assert.deepEqual(rest.map(({ bytes }) => bytes), files.map((bytes) => new Uint8Array(bytes)));
        assert.deepEqual(rest.map(({ fileName }) => fileName), files.map((_, at) => `${at}.bin`));
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a file that holds almost the end of the form stays whole", async () => {
  const text = "\r\n--xx\r\n--x\r--xy\n--xyz\r\n--xy";
  const body = new Blob([
    `--xyzzy\r\nContent-Disposition: form-data; name="file"; filename="a%22b.txt"\r\n\r\n${text}\r\n--xyzzy--\r\n`,
  ]).stream();

  const [part, ...rest] = await read("multipart/form-data; boundary=xyzzy", body);

  assert.equal(new TextDecoder().decode(part?.bytes), text);
  assert.equal(part?.fileName, 'a"b.txt');
  assert.deepEqual(rest, []);
});

Deno.test("what nobody reads of a part is passed over", async () => {
  const form = new FormData();
  form.append("one", new File(["x".repeat(100_000)], "one.txt"));
  form.append("two", "second");
  const { type, body } = sent(form, 1000);
  const names: string[] = [];

  for await (const { name } of partsOf(type, body)) names.push(name);

  assert.deepEqual(names, ["one", "two"]);
});

Deno.test("forms that are broken off, endless in their heads or not forms at all are refused", async () => {
  const type = "multipart/form-data; boundary=x";
  const head = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n';
  const broken = [
    "",
    "--x",
    "--x\r\n",
    `${head}text`,
    `${head}text\r\n--`,
    `--x\r\n${"h".repeat(100_000)}`,
    "--x\r\nContent-Disposition: form-data\r\n\r\ntext\r\n--x--",
    `${`${head}a\r\n`.repeat(65)}--x--`,
  ];
  for (const text of broken) {
    await assert.rejects(
      read(type, new Blob([text]).stream()),
      { status: 400, code: "invalid" },
      text.slice(0, 60),
    );
  }
  for (
    const other of ["text/plain", "multipart/form-data", `multipart/form-data; boundary=${"b".repeat(71)}`]
  ) {
    await assert.rejects(read(other, new Blob(["--x--"]).stream()), { status: 400 });
  }
});
