/** Files, albums, polls, places and cards as people meet them in a real browser. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Locator, Page } from "playwright-core";
import { sampleFile } from "../fixtures/files.ts";
import {
  BROWSER,
  createGroup,
  exists,
  joinAsGuest,
  lineIn,
  type PagesServer,
  type Visit,
  withBrowser,
} from "./pages_visit.ts";

const WIDTHS = [390, 1280] as const;
/** Names and words that would do something if any of them became markup. */
const EVIL = `"><img src=x onerror="window.evil=1">`;

/** Registers the stories for one way of starting Plenum. */
export function contentsStory(name: string, start: () => Promise<PagesServer>): void {
  const missing = !exists(BROWSER);
  const required = Deno.env.get("REQUIRE_ALL") === "1";
  // deno-lint-ignore no-console -- a skipped story must be seen in the output of the tests
  if (missing && !required) console.warn(`SKIPPED: contents story of ${name}: no Chromium at ${BROWSER}`);

  function story(title: string, run: (visit: Visit) => Promise<void>): void {
    Deno.test({
      name: `${name}: ${title}`,
      ignore: missing && !required,
      // Playwright keeps its own timers and pipes for the browser that it started.
      sanitizeOps: false,
      sanitizeResources: false,
      fn: () => withBrowser(start, run),
    });
  }

  story("files are sent and seen: pictures, albums, film, sound, documents", filesAreSeen);
  story("a poll, a place and a card are made by forms, and votes arrive while one looks", pollsAreSeen);
  story("nothing in names and words of people runs, and no file runs as a page of ours", nothingRuns);
  story("files are sent without scripts too", sentWithoutScripts);
}

interface Upload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

async function sample(kind: Parameters<typeof sampleFile>[0], name?: string): Promise<Upload> {
  const file = await sampleFile(kind);
  return { name: name ?? file.name, mimeType: file.mime, buffer: Buffer.from(file.body) };
}

async function send(page: Page, files: readonly Upload[], text = ""): Promise<void> {
  await page.locator("#post-files").setInputFiles([...files]);
  await page.getByLabel("Write a message").fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
}

async function isLoaded(shown: Locator): Promise<void> {
  await shown.waitFor();
  await shown.scrollIntoViewIfNeeded();
  await shown.evaluate((element) =>
    new Promise<void>((resolve, reject) => {
      const look = (): void => {
        const node = element as unknown as { naturalWidth?: number; readyState?: number; error?: unknown };
        if ((node.naturalWidth ?? 0) > 0 || (node.readyState ?? 0) > 0) resolve();
      };
      for (const type of ["load", "loadedmetadata"]) element.addEventListener(type, look);
      element.addEventListener("error", () => reject(new Error("Cannot show the file")));
      look();
    })
  );
}

async function filesAreSeen(visit: Visit): Promise<void> {
  const group = await createGroup(visit);
  const guest = await joinAsGuest(visit, group);
  const log = group.locator("#log");

  await send(
    guest,
    [await sample("jpeg", "lake.jpg"), await sample("png"), await sample("webp", "b.webp")],
    "The lake",
  );
  const album = lineIn(log, "The lake");
  await album.waitFor();
  for (const at of [0, 1]) await isLoaded(album.locator("img").nth(at));
  assert.equal(await guest.locator("#chosen").isHidden(), true, "what was sent is no longer chosen");
  await album.locator(".tile summary").first().click();
  await pictures(group, "album");
  await group.keyboard.press("Escape");

  await send(guest, [await sample("mp4")], "On the way");
  await isLoaded(lineIn(log, "On the way").locator("video"));
  await guest.locator(".attach summary").click();
  await guest.getByLabel("Send sound as a voice message").check();
  await send(guest, [await sample("ogg")], "Listen");
  await isLoaded(lineIn(log, "Listen").locator(".media-voice audio"));
  assert.equal(await guest.getByLabel("Send sound as a voice message").isChecked(), false);

  await send(
    guest,
    [{ name: "List of things.txt", mimeType: "text/plain", buffer: Buffer.from("tent") }],
    "Our list",
  );
  const card = lineIn(log, "Our list").locator(".file-card");
  await card.waitFor();
  const [download] = await Promise.all([group.waitForEvent("download"), card.click()]);
  assert.equal(download.suggestedFilename(), "List of things.txt");

  await pictures(group, "files");
  await pictures(guest, "files-guest");
}

async function pollsAreSeen(visit: Visit): Promise<void> {
  const group = await createGroup(visit);
  const guest = await joinAsGuest(visit, group);
  await open(group, "Poll");
  await group.getByLabel("Question").fill("When do we go?");
  await group.getByLabel("Answers", { exact: true }).fill("Friday evening\nSaturday morning\nSunday");
  await pictures(group, "poll-form");
  await group.getByRole("button", { name: "Send", exact: true }).click();
  const poll = guest.locator(".poll");
  await poll.getByText("When do we go?").waitFor();

  await poll.getByLabel("Saturday morning").check();
  await poll.getByRole("button", { name: "Vote", exact: true }).click();
  await group.locator(".poll").getByText("Voted so far: 1").waitFor();
  await group.locator(".poll").getByText("Gus").waitFor();
  await group.locator(".poll").getByLabel("Friday evening").check();
  await group.locator(".poll").getByRole("button", { name: "Vote", exact: true }).click();
  await poll.getByText("Voted so far: 2").waitFor();

  await open(group, "Location");
  await group.getByLabel("Latitude").fill("47.65432");
  await group.getByLabel("Longitude").fill("9.47321");
  await group.getByLabel("Name of the place").fill("The jetty");
  await pictures(group, "place-form");
  await group.getByRole("button", { name: "Send", exact: true }).click();
  await guest.locator(".place").getByText("The jetty").waitFor();
  await open(group, "Contact");
  await group.getByLabel("Name", { exact: true }).fill("Boat rental");
  await group.getByLabel("Phone number").fill("+49 7541 12345");
  await group.getByRole("button", { name: "Send", exact: true }).click();
  await guest.locator(".contact").getByText("Boat rental").waitFor();

  await pictures(group, "polls");
  await group.getByRole("button", { name: "End the poll" }).click();
  await poll.getByText("Poll, ended").waitFor();
  assert.equal(await poll.locator("input").count(), 0);
  await pictures(guest, "polls-guest");
  await guest.goto(`${guest.url().split(/[?#]/)[0]}?lang=de`);
  await guest.locator(".attach summary").click();
  await pictures(guest, "attach-german");
}

async function open(page: Page, what: string): Promise<void> {
  await page.locator(".attach summary").click();
  await page.locator(".attach").getByText(what, { exact: true }).click();
  await page.locator(".own-form").waitFor();
}

async function nothingRuns(visit: Visit): Promise<void> {
  const group = await createGroup(visit);
  const guest = await joinAsGuest(visit, group);
  const script = "<!doctype html><script>parent.evil=1</script>";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>parent.evil=1</script></svg>`;
  await send(guest, [{ name: `${EVIL}.html`, mimeType: "text/html", buffer: Buffer.from(script) }], EVIL);
  await lineIn(group.locator("#log"), EVIL).waitFor();
  await send(
    guest,
    [{ name: "drawing.svg", mimeType: "image/svg+xml", buffer: Buffer.from(svg) }],
    "Drawing",
  );
  await lineIn(group.locator("#log"), "Drawing").waitFor();
  await open(guest, "Poll");
  await guest.getByLabel("Question").fill(EVIL);
  await guest.getByLabel("Answers", { exact: true }).fill(`${EVIL}1\n${EVIL}2`);
  await guest.getByRole("button", { name: "Send", exact: true }).click();
  await group.locator(".poll").waitFor();

  const addresses = await group.locator(".file-card").evaluateAll((cards) =>
    cards.map((card) => (card as unknown as { href: string }).href)
  );
  assert.equal(addresses.length, 2);
  for (const address of addresses) {
    const page = await visit.page();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.goto(address).catch(() => null),
    ]);
    assert.ok(download);
    // As the frame or the picture of a page it does nothing either.
    await group.evaluate(`new Promise((resolve) => {
      const frame = document.createElement("iframe");
      frame.onload = resolve; frame.onerror = resolve; frame.src = ${JSON.stringify(address)};
      document.body.append(frame);
      const image = new Image(); image.onload = resolve; image.onerror = resolve; image.src = frame.src;
    })`);
  }
  for (const page of [group, guest]) assert.equal(await page.evaluate("window.evil"), undefined);
  // The browser says that it did not frame them.
  visit.errors.length = 0;
}

async function sentWithoutScripts(visit: Visit): Promise<void> {
  const group = await createGroup(visit);
  const invite = await group.locator("#invite-url").inputValue();
  const browser = visit.context.browser();
  assert.ok(browser);
  const context = await browser.newContext({ javaScriptEnabled: false, locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`${invite}/chat`);
  await page.getByLabel("Your name").fill("Nora");
  await page.getByLabel("I agree").check();
  await page.getByRole("button", { name: "Enter the chat" }).click();
  await page.locator(".attach summary").click();

  await send(page, [await sample("png", "a.png"), await sample("gif")], "Without scripts");

  await lineIn(page.locator("#log"), "Without scripts").waitFor();
  const shown = lineIn(group.locator("#log"), "Without scripts").locator("img").first();
  await isLoaded(shown);
  await context.close();
}

/** Each page fits; kept for people to look at, where `SCREENSHOTS` names a folder. */
async function pictures(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SCREENSHOTS");
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
    assert.ok(wide <= width, `Cannot fit ${name}: ${width} px wanted, ${wide} px used`);
    if (!folder) continue;
    await page.bringToFront();
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.screenshot({ path: `${folder}/${name}-${width}-${scheme}.png` });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (before !== null) await page.setViewportSize(before);
}
