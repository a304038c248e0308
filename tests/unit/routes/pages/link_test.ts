/** Links to files that a messenger could not take. */
import assert from "node:assert/strict";
import { Rejected, RetryLater } from "../../../../actors/ports/mod.ts";
import { type Visitor, visitor } from "./visitor.ts";

const BYTES = new TextEncoder().encode("<script>alert(1)</script>".repeat(100));
const EXPIRES = Date.UTC(2026, 11, 24, 18, 30);

function given(name = "holiday film.mkv"): Visitor {
  const visit = visitor();
  visit.world.media.link("token-1", { name, mime: "text/html", expiresAt: EXPIRES }, BYTES);
  return visit;
}

Deno.test("a link shows what the file is called, its size, until when it is there, and a way to have it", async () => {
  const visit = given();

  const response = await visit.get("/f/token-1");
  const html = await response.text();

  assert.equal(response.status, 200);
  assert.match(html, /holiday film\.mkv/);
  assert.match(html, /2\.5 kB/);
  assert.match(html, /until 24 December 2026|until December 24, 2026/);
  assert.match(html, /href="\/f\/token-1\/download" download/);
  assert.equal(response.headers.get("x-robots-tag"), "noindex, nofollow");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.match(await (await visit.get("/f/token-1?lang=de")).text(), /24\. Dezember 2026/);
});

Deno.test("a linked file is saved, never shown, and in stretches where that is asked for", async () => {
  const visit = given();

  const whole = await visit.get("/f/token-1/download");
  const part = await visit.get("/f/token-1/download", { range: "bytes=0-7" });
  const none = await visit.get("/f/token-1/download", { range: "bytes=9999-" });

  assert.deepEqual(await whole.bytes(), BYTES);
  assert.match(whole.headers.get("content-disposition") ?? "", /^attachment; filename="holiday film\.mkv"/);
  assert.equal(whole.headers.get("content-security-policy"), "default-src 'none'; sandbox");
  assert.equal(whole.headers.get("x-content-type-options"), "nosniff");
  assert.equal(whole.headers.get("cross-origin-resource-policy"), "same-origin");
  assert.equal(whole.headers.get("x-robots-tag"), "noindex, nofollow");
  assert.equal(part.status, 206);
  assert.equal(await part.text(), "<script>");
  assert.equal(none.status, 416);
  assert.equal(none.headers.get("content-range"), "bytes */2500");
});

Deno.test("a link that has ended, or never was, says so in words, with 410", async () => {
  const visit = given();
  for (const path of ["/f/other", "/f/other/download", `/f/${"x".repeat(5000)}`, "/f/..%2F..%2Fx"]) {
    const response = await visit.get(path);
    assert.equal(response.status, 410, path.slice(0, 40));
    assert.match(await response.text(), /no longer here/);
  }
  visit.world.media.failure = new Rejected(
    "Cannot read the file as it must be kept: it is gone",
    "no-target",
  );
  assert.equal((await visit.get("/f/token-1/download")).status, 410);
});

Deno.test("a linked file that cannot be read right now is answered 503 with when to come back", async () => {
  const visit = given();
  visit.world.media.failure = new RetryLater("Cannot read the file", 5_000);

  const response = await visit.get("/f/token-1/download");

  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "5");
});

Deno.test("names of linked files stay text on the page and in the header", async () => {
  const visit = given(`"><img src=x onerror=alert(1)>\r\nSet-Cookie: a=b\u202Egnp.exe`);

  const html = await (await visit.get("/f/token-1")).text();
  const { headers } = await visit.get("/f/token-1/download");

  assert.doesNotMatch(html, /<img src=x|\u202E/);
  assert.doesNotMatch(headers.get("content-disposition") ?? "", /[\r\n\u202E]/);
  assert.equal(headers.get("set-cookie"), null);
});

Deno.test("whoever tries many links has to wait", async () => {
  const visit = given();
  let last = 200;
  for (let tries = 0; tries < 601; tries++) last = (await visit.get("/f/guess/download")).status;

  assert.equal(last, 429);
});
