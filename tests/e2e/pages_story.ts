/** The pages as a person meets them, in a real browser: the whole main job, by hand. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  BROWSER,
  createGroup,
  exists,
  inviteLink,
  joinAsGuest,
  joinByPhone,
  lineIn,
  type PagesServer,
  pick,
  type Visit,
  withBrowser,
  write,
} from "./pages_visit.ts";

export type { PagesServer } from "./pages_visit.ts";

const WIDTHS = [390, 1280] as const;

/** Registers the story for one way of starting Plenum. */
export function pagesStory(name: string, start: () => Promise<PagesServer>): void {
  const missing = !exists(BROWSER);
  const required = Deno.env.get("REQUIRE_ALL") === "1";
  // deno-lint-ignore no-console -- a skipped story must be seen in the output of the tests
  if (missing && !required) console.warn(`SKIPPED: pages story of ${name}: no Chromium at ${BROWSER}`);
  const ignore = missing && !required;

  function story(title: string, run: (visit: Visit) => Promise<void>): void {
    Deno.test({
      name: `${name}: ${title}`,
      ignore,
      // Playwright keeps its own timers and pipes for the browser that it started.
      sanitizeOps: false,
      sanitizeResources: false,
      fn: () => withBrowser(start, run),
    });
  }

  story("an owner and three phones chat across messengers, edit, delete and react", chatAcross);
  story("a browser guest joins by name and consent, and chats", guestChats);
  story("what is typed while a message is on its way is kept and sent after it", typesOn);
  story("each page fits 390 and 1280 pixels and logs no error", everyPageFits);
}

async function chatAcross(visit: Visit): Promise<void> {
  const group = await createGroup(visit);
  const sandbox = await visit.page();
  const ada = await joinByPhone(sandbox, await inviteLink(group, "whatsapp"), "Ada");
  const ben = await joinByPhone(sandbox, await inviteLink(group, "signal"), "Ben");
  const chloe = await joinByPhone(sandbox, await inviteLink(group, "telegram"), "Chloe");
  const web = group.locator("#log");

  await write(ada, "Who is in for the lake?");
  for (const place of [ben, chloe, web]) await lineIn(place, "Who is in for the lake?").waitFor();

  await pick(lineIn(ben, "Who is in for the lake?"), "Reply");
  await ben.getByText("Reply to").first().waitFor();
  await write(ben, "Me, with the grill");
  for (const place of [ada, chloe, web]) await lineIn(place, "Me, with the grill").waitFor();
  await lineIn(web, "Me, with the grill").locator(".quote").waitFor();

  await pick(lineIn(ben, "Me, with the grill"), "Edit");
  await ben.getByText("Change message").first().waitFor();
  await write(ben, "Me, with two grills");
  for (const place of [ada, chloe, web]) await lineIn(place, "Me, with two grills").waitFor();

  await lineIn(chloe, "Who is in for the lake?").locator("summary").click();
  await lineIn(chloe, "Who is in for the lake?").getByRole("button", { name: "React with 👍" }).click();
  await lineIn(web, "Who is in for the lake?").locator(".reaction").waitFor();

  await group.getByLabel("Write a message").fill("I bring the boat");
  await group.getByRole("button", { name: "Send" }).click();
  for (const phone of [ada, ben, chloe]) await lineIn(phone, "I bring the boat").waitFor();
  await lineIn(web, "I bring the boat").locator(".tick-delivered").nth(2).waitFor();
  await picture(sandbox, "sandbox");
  await picture(group, "group");

  await pick(lineIn(web, "I bring the boat"), "Delete");
  await web.getByText("Message deleted").waitFor();
  for (const phone of [ada, ben, chloe]) {
    await lineIn(phone, "I bring the boat").waitFor({ state: "detached" });
  }
}

/** Kept for people to look at, where `SCREENSHOTS` names a folder; the README shows two of them. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SCREENSHOTS");
  if (!folder) return;
  await page.bringToFront();
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `${folder}/${name}-${scheme}.png`, fullPage: true });
  }
}

async function guestChats(visit: Visit): Promise<void> {
  const group = await createGroup(visit);
  const guest = await joinAsGuest(visit, group);
  const log = guest.locator("#log");

  await guest.getByLabel("Write a message").fill("Hello from the browser");
  await guest.getByRole("button", { name: "Send" }).click();
  await lineIn(group.locator("#log"), "Hello from the browser").waitFor();

  await pick(lineIn(log, "Hello from the browser"), "Edit");
  await guest.getByLabel("Change message").fill("Hello from my browser");
  await guest.getByRole("button", { name: "Save" }).click();
  await lineIn(group.locator("#log"), "Hello from my browser").waitFor();

  await lineIn(group.locator("#log"), "Hello from my browser").locator("summary").click();
  await lineIn(group.locator("#log"), "Hello from my browser").getByRole("button", { name: "React with 🎉" })
    .click();
  await log.locator(".reaction").waitFor();
  await pick(lineIn(log, "Hello from my browser"), "Delete");
  await group.locator("#log").getByText("Message deleted").waitFor();
}

async function everyPageFits(visit: Visit): Promise<void> {
  const group = await createGroup(visit);
  const invite = await group.locator("#invite-url").inputValue();
  const phone = await joinByPhone(await visit.page(), await inviteLink(group, "signal"), "Ben");
  await write(phone, "A".repeat(300));
  await lineIn(group.locator("#log"), "AAAA").waitFor();
  const paths = ["/", "/groups", new URL(group.url()).pathname, "/sandbox", "/privacy"];
  const page = await visit.page();
  const addresses = [...paths.map((path) => visit.url + path), invite, `${invite}/chat`];
  const shots = Deno.env.get("SCREENSHOTS");
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const address of addresses) await fits(page, address, { width, shots });
  }
  await chatFillsTheScreen(visit, group);
  await visit.context.clearCookies();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ["/signup", "/login"]) await fits(page, visit.url + path, { width, shots });
  }
}

/** The chat's page is as high as the screen: only the conversation moves, however long it is. */
async function chatFillsTheScreen(visit: Visit, group: Page): Promise<void> {
  const guest = await joinAsGuest(visit, group);
  for (const line of ["one", "two", "three"]) {
    await guest.getByLabel("Write a message").fill(`${line}${"\n".repeat(12)}end`);
    await guest.getByRole("button", { name: "Send" }).click();
    await lineIn(guest.locator("#log"), line).waitFor();
  }
  for (const width of WIDTHS) {
    await guest.setViewportSize({ width, height: 900 });
    const high = await guest.evaluate("document.documentElement.scrollHeight");
    assert.equal(Number(high), 900, `The chat is ${high} px high at ${width} px`);
  }
}

async function typesOn(visit: Visit): Promise<void> {
  const group = await createGroup(visit);
  const box = group.getByLabel("Write a message");
  const send = group.getByRole("button", { name: "Send" });
  const line = Promise.withResolvers<void>();
  await group.route("**/messages", async (route) => {
    await line.promise;
    await route.continue();
  });

  await box.fill("First");
  await send.click();
  await box.fill("Second");
  await send.click();
  line.resolve();

  await lineIn(group.locator("#log"), "First").waitFor();
  await lineIn(group.locator("#log"), "Second").waitFor();
  assert.deepEqual(await group.locator("#log .text").allInnerTexts(), ["First", "Second"]);
  assert.equal(await box.inputValue(), "");
}

async function fits(
  page: Page,
  address: string,
  { width, shots }: { readonly width: number; readonly shots: string | undefined },
): Promise<void> {
  await page.goto(address);
  const wide = await page.evaluate("document.documentElement.scrollWidth");
  assert.ok(
    Number(wide) <= width,
    `Cannot fit ${new URL(address).pathname}: ${width} px wanted, ${wide} px used`,
  );
  if (!shots) return;
  const name = new URL(address).pathname.replaceAll(/g_[\w-]+/g, "one").replaceAll(/\W+/g, "-");
  await page.screenshot({ path: `${shots}/page${name}-${width}.png`, fullPage: true });
}
