/** The pages without a browser: what they answer to plain requests and forms. */
import assert from "node:assert/strict";
import { createApp } from "../../../../routes/app.ts";
import { stubDeps, texts } from "./stub_world.ts";
import { ACCOUNT, GROUP, ownerWithGroup, URL_BASE, visitor } from "./visitor.ts";

Deno.test("every page answers in English and in German", async () => {
  const { visit, path, code } = await ownerWithGroup();

  for (const lang of ["en", "de"]) {
    for (const page of ["/", "/groups", path, `/j/${code}`, `/j/${code}/chat`, "/sandbox", "/privacy"]) {
      const response = await visit.get(`${page}?lang=${lang}`);
      assert.equal(response.status, 200, `${page} in ${lang}`);
      assert.match(await response.text(), new RegExp(`<html lang="${lang}">`));
    }
  }
});

Deno.test("a language that was chosen stays for the pages after it", async () => {
  const visit = visitor();

  await visit.get("/?lang=de");

  assert.match(await (await visit.get("/privacy")).text(), /<html lang="de">/);
});

Deno.test("an invite page speaks the group's language to somebody who chose none", async () => {
  const { visit, code } = await ownerWithGroup();
  const [group] = [...visit.world.groups.values()];
  assert.ok(group);
  group.view = { ...group.view, locale: "de" };
  const stranger = createApp(visit.deps);

  const response = await stranger.request(`${URL_BASE}/j/${code}`, { headers: { "accept-language": "en" } });

  assert.match(await response.text(), /<html lang="de">/);
});

Deno.test("the sign-up form keeps what was entered and names the error, but never sends a password back", async () => {
  const visit = visitor();

  const response = await visit.post("/signup", { ...ACCOUNT, password: "short" });
  const html = await response.text();

  assert.equal(response.status, 400);
  assert.match(html, /value="olga@example\.org"/);
  assert.match(html, /aria-describedby="[^"]*signup-password-error"/);
  assert.doesNotMatch(html, /value="short"/);
});

Deno.test("a group without the owner's consent is refused beside the box, with the title kept", async () => {
  const visit = visitor();
  await visit.post("/signup", ACCOUNT);

  const response = await visit.post("/groups", GROUP.filter(([name]) => name !== "consent"));
  const html = await response.text();

  assert.equal(response.status, 422);
  assert.match(html, /id="create-consent-error"/);
  assert.match(html, /value="Lake weekend"/);
});

Deno.test("a title over 32 characters is refused with Signal's limit", async () => {
  const visit = visitor();
  await visit.post("/signup", ACCOUNT);

  const response = await visit.post("/groups", [["title", "x".repeat(33)], ["messengers", "web"], [
    "consent",
    "yes",
  ]]);

  assert.equal(response.status, 422);
  assert.match(await response.text(), /Signal allows no more/);
});

Deno.test("a conversation works without scripts: post, reply, edit, react, delete", async () => {
  const { visit, path } = await ownerWithGroup();

  const posted = await visit.post(`${path}/messages`, { text: "Who is in?" });
  const id = /#m-(\w+)$/.exec(posted.headers.get("location") ?? "")?.[1] ?? "";
  assert.equal(posted.status, 303);
  await visit.post(`${path}/messages`, { text: "Me", replyTo: id });
  await visit.post(`${path}/messages/${id}/edit`, { text: "Who comes along?" });
  await visit.post(`${path}/messages/${id}/react`, { emoji: "👍" });
  const html = await (await visit.get(path)).text();
  await visit.post(`${path}/messages/${id}/delete`, {});
  const after = await (await visit.get(path)).text();

  assert.match(html, /Who comes along\?/);
  assert.match(html, /class="quote"/);
  assert.match(html, /aria-pressed="true"/);
  assert.match(html, /edited/);
  assert.doesNotMatch(after, /Who comes along\?/);
});

Deno.test("text of people stays text, whatever markup it looks like", async () => {
  const { visit, path } = await ownerWithGroup();

  await visit.post(`${path}/messages`, { text: "<script>alert(1)</script>" });
  const html = await (await visit.get(path)).text();

  assert.doesNotMatch(html, /<script>alert/);
  assert.match(html, /&lt;script&gt;alert/);
});

Deno.test("a link in a message is followed only to the web or a mailbox", async () => {
  const { visit, path } = await ownerWithGroup();
  const [group] = [...visit.world.groups.values()];
  assert.ok(group);
  const member = group.view.ownerMember;
  const spans = [{ type: "link" as const, start: 0, length: 4, url: "javascript:alert(1)" }];
  visit.world.act(group.view.id, {
    type: "message",
    member,
    content: { type: "text", body: { text: "here", spans } },
  });

  const html = await (await visit.get(path)).text();

  assert.doesNotMatch(html, /javascript:/);
});

Deno.test("a group of somebody else answers 404 as a page", async () => {
  const { visit, path } = await ownerWithGroup();
  await visit.post("/logout", {});
  await visit.post("/signup", { ...ACCOUNT, email: "other@example.org" });

  const response = await visit.get(path);

  assert.equal(response.status, 404);
  assert.match(response.headers.get("content-type") ?? "", /text\/html/);
});

Deno.test("a group's page asks for a login and comes back to it", async () => {
  const { visit, path } = await ownerWithGroup();
  await visit.post("/logout", {});

  const asked = await visit.get(path);
  const login = await visit.post("/login", { email: ACCOUNT.email, password: ACCOUNT.password, next: path });
  const abroad = await visit.post("/login", {
    email: ACCOUNT.email,
    password: ACCOUNT.password,
    next: "//evil.test",
  });

  assert.equal(asked.headers.get("location"), `/login?next=${encodeURIComponent(path)}`);
  assert.equal(login.headers.get("location"), path);
  assert.equal(abroad.headers.get("location"), "/groups");
});

Deno.test("a rotated invite answers 410 as a page, an unknown one 404", async () => {
  const { visit, path, code } = await ownerWithGroup();

  await visit.post(`${path}/rotate`, {});

  assert.equal((await visit.get(`/j/${code}`)).status, 410);
  assert.equal((await visit.get(`/j/${code}/chat`)).status, 410);
  assert.equal((await visit.get("/j/unknown")).status, 404);
});

Deno.test("a guest without consent is asked for it, and with it gets a cookie that no script can read", async () => {
  const { visit, code } = await ownerWithGroup();

  const refused = await visit.post(`/j/${code}/chat`, { name: "Gus" });
  const joined = await visit.post(`/j/${code}/chat`, { name: "Gus", consent: "yes" });
  const chat = await (await visit.get(`/j/${code}/chat`)).text();

  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /id="join-consent-error"/);
  assert.match(joined.headers.get("set-cookie") ?? "", /plenum_guest_g_.*HttpOnly/);
  assert.match(chat, /role="log"/);
});

Deno.test("the operator's page exists for the operator only", async () => {
  const stranger = visitor({ operator: "boss@example.org" });
  await stranger.post("/signup", ACCOUNT);
  const operator = visitor({ operator: ACCOUNT.email });
  await operator.post("/signup", ACCOUNT);

  assert.equal((await stranger.get("/admin")).status, 404);
  assert.equal((await operator.get("/admin")).status, 200);
});

Deno.test("the sandbox is not there while it is off", async () => {
  const { deps } = stubDeps(URL_BASE);
  const app = createApp({ ...deps, sandbox: null });

  const response = await app.request(`${URL_BASE}/sandbox`, { headers: { accept: "text/html" } });

  assert.equal(response.status, 404);
});

Deno.test("a phone that joins by an invite page gets the link of its own messenger", async () => {
  const { visit, code } = await ownerWithGroup();

  const joined = await visit.post("/sandbox/phones", {
    messenger: "signal",
    name: "Ben",
    inviteUrl: `${URL_BASE}/j/${code}`,
  });
  const refused = await visit.post("/sandbox/phones", {
    messenger: "signal",
    name: "Ben",
    inviteUrl: "nonsense",
  });

  assert.equal(joined.status, 303);
  assert.match(await (await visit.get("/sandbox")).text(), /Lake weekend/);
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /id="phone-inviteUrl-error"/);
});

Deno.test("a bug on a page shows an id and nothing of itself", async () => {
  const { deps } = stubDeps(URL_BASE);
  const broken = {
    ...deps.relay,
    read: { ...deps.relay.read, invite: () => Promise.reject(new Error("kv://secret")) },
  };
  const app = createApp({ ...deps, relay: broken });

  const response = await app.request(`${URL_BASE}/j/code`, { headers: { accept: "text/html" } });
  const html = await response.text();

  assert.equal(response.status, 500);
  assert.match(html, /Something is broken here/);
  assert.doesNotMatch(html, /secret/);
});

Deno.test("pages hold no inline script and no inline style", async () => {
  const { visit, path, code } = await ownerWithGroup();

  for (const page of ["/", path, `/j/${code}`, "/sandbox"]) {
    const html = await (await visit.get(page)).text();
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/, page);
  }
});

Deno.test("both locale files have the same keys", () => {
  const text = texts();
  const keys = (locale: string): string[] => {
    const url = new URL(`../../../../static/locales/${locale}.json`, import.meta.url);
    return Object.keys(JSON.parse(Deno.readTextFileSync(url))).sort();
  };

  assert.deepEqual(keys("de"), keys("en"));
  assert.equal(text("en", "group.link-for", { messenger: "Signal" }), "Invite link for Signal");
});

Deno.test("a slash behind a page's address leads to the page, and never to another site", async () => {
  const { visit, path } = await ownerWithGroup();

  const response = await visit.get(`${path}/?lang=de`);

  assert.equal(response.status, 301);
  assert.equal(response.headers.get("location"), `${path}?lang=de`);
  for (const elsewhere of ["//evil.example/", "/\\evil.example/", "/.//evil.example/"]) {
    assert.equal((await visit.get(elsewhere)).status, 404, elsewhere);
  }
});

Deno.test("a form that is too large is answered 413 with a page", async () => {
  const visit = visitor();

  const response = await visit.post("/signup", { ...ACCOUNT, name: "x".repeat(70_000) });

  assert.equal(response.status, 413);
  assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
});
