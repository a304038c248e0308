/** What the simulated phones send and show besides text, in a real browser. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Locator, Page } from "playwright-core";
import { sampleFile } from "../fixtures/files.ts";
import {
  BROWSER,
  createGroup,
  exists,
  inviteLink,
  joinByPhone,
  lineIn,
  type PagesServer,
  type Visit,
  withBrowser,
} from "./pages_visit.ts";

const WIDTHS = [390, 1280] as const;

/** Registers the story for one way of starting Plenum. */
export function phonesStory(name: string, start: () => Promise<PagesServer>): void {
  const missing = !exists(BROWSER);
  const required = Deno.env.get("REQUIRE_ALL") === "1";
  // deno-lint-ignore no-console -- a skipped story must be seen in the output of the tests
  if (missing && !required) console.warn(`SKIPPED: phones story of ${name}: no Chromium at ${BROWSER}`);
  Deno.test({
    name: `${name}: phones send a picture and a poll, vote in it, and see those of others`,
    ignore: missing && !required,
    // Playwright keeps its own timers and pipes for the browser that it started.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => withBrowser(start, phonesSend),
  });
}

async function phonesSend(visit: Visit): Promise<void> {
  const group = await createGroup(visit);
  const sandbox = await visit.page();
  const ada = await joinByPhone(sandbox, await inviteLink(group, "whatsapp"), "Ada");
  const ben = await joinByPhone(sandbox, await inviteLink(group, "signal"), "Ben");
  const chloe = await joinByPhone(sandbox, await inviteLink(group, "telegram"), "Chloe");

  await sendPicture(ada);
  for (const phone of [ada, ben, chloe]) await isLoaded(lineIn(phone, "The lake").locator("img"));

  await makePoll(ben);
  for (const phone of [ada, ben, chloe]) await phone.getByText("When shall we go?").first().waitFor();
  const poll = ada.locator(".poll").last();
  await poll.getByLabel("Saturday").check();
  await poll.getByRole("button", { name: "Vote" }).click();
  await poll.getByRole("button", { name: "Take my vote back" }).waitFor();

  await fits(sandbox);
}

async function sendPicture(phone: Locator): Promise<void> {
  const { name, mime, body } = await sampleFile("jpeg");
  await phone.locator("input[type=file]").setInputFiles({ name, mimeType: mime, buffer: Buffer.from(body) });
  await phone.getByPlaceholder("Write a message").fill("The lake");
  await phone.getByRole("button", { name: "Send" }).click();
}

async function makePoll(phone: Locator): Promise<void> {
  await phone.locator(".attach > summary").click();
  await phone.getByRole("link", { name: "Poll" }).click();
  await phone.getByLabel("Question").fill("When shall we go?");
  await phone.getByLabel("Answers", { exact: true }).fill("Friday\nSaturday");
  await phone.getByRole("button", { name: "Send" }).click();
}

async function isLoaded(image: Locator): Promise<void> {
  await image.waitFor();
  await image.scrollIntoViewIfNeeded();
  const width = await image.evaluate(async (node) => {
    const image = node as unknown as { decode(): Promise<void>; readonly naturalWidth: number };
    await image.decode();
    return image.naturalWidth;
  });
  assert(width > 0, "the picture is shown");
}

async function fits(page: Page): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
    assert(wide <= width, `Cannot fit the sandbox: ${width} px wanted, ${wide} px used`);
    const logs = await page.locator(".phone .log").evaluateAll((all) =>
      all.map((log) => {
        const { scrollWidth, clientWidth } = log as unknown as { scrollWidth: number; clientWidth: number };
        return scrollWidth - clientWidth;
      })
    );
    assert.deepEqual(logs.filter((over) => over > 0), [], `messages are too wide at ${width} px`);
  }
}
