/** The pages as a person meets them, in a real browser: the whole main job, by hand. */
import assert from "node:assert/strict";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";

/** A running Plenum with its sandbox on. */
export interface PagesServer {
  readonly url: string;
  stop(): Promise<void>;
}

const BROWSER = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
const WAIT_MS = 10_000;
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
  story("each page fits 390 and 1280 pixels and logs no error", everyPageFits);
}

interface Visit {
  readonly url: string;
  readonly context: BrowserContext;
  /** What the pages logged as errors. */
  readonly errors: string[];
  page(): Promise<Page>;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

async function withBrowser(
  start: () => Promise<PagesServer>,
  run: (visit: Visit) => Promise<void>,
): Promise<void> {
  const server = await start();
  let browser: Browser | null = null;
  try {
    browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox"] });
    const visit = await openVisit(browser, server.url);
    await run(visit);
    assert.deepEqual(visit.errors, [], "pages logged errors");
  } finally {
    await browser?.close();
    await server.stop();
  }
}

async function openVisit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(WAIT_MS);
  const errors: string[] = [];
  return {
    url,
    context,
    errors,
    async page(): Promise<Page> {
      const page = await context.newPage();
      page.on("console", (line) => {
        if (line.type() === "error") errors.push(`${new URL(page.url()).pathname}: ${line.text()}`);
      });
      page.on("pageerror", (error) => errors.push(`${new URL(page.url()).pathname}: ${error.message}`));
      return page;
    },
  };
}

/** Signs up and creates "Lake weekend"; the page shown is the group's. */
async function createGroup(visit: Visit): Promise<Page> {
  const page = await visit.page();
  await page.goto(`${visit.url}/signup`);
  await page.getByLabel("Your name").fill("Olga");
  await page.getByLabel("E-mail").fill(`olga-${crypto.randomUUID()}@example.org`);
  await page.getByLabel("Password").fill("a long enough secret");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/groups");
  await page.getByLabel("Title").fill("Lake weekend");
  await page.getByLabel("I inform the people").check();
  await page.getByRole("button", { name: "Create group" }).click();
  await page.waitForURL("**/groups/g_*");
  for (const messenger of ["whatsapp", "signal", "telegram"]) {
    await page.locator(`[data-messenger=${messenger}][data-status=ready]`).waitFor();
  }
  return page;
}

async function inviteLink(page: Page, messenger: string): Promise<string> {
  return await page.locator(`#link-${messenger}`).inputValue();
}

/** Opens the invite link as a person would and joins with a new phone. */
async function joinByPhone(sandbox: Page, link: string, name: string): Promise<Locator> {
  await sandbox.goto(link);
  await sandbox.getByLabel("Name of the person").fill(name);
  await sandbox.getByRole("button", { name: "Add phone and join" }).click();
  const phone = sandbox.locator("[data-phone]").filter({
    has: sandbox.getByRole("heading", { name, exact: true }),
  });
  await phone.getByRole("heading", { name: "Lake weekend" }).waitFor();
  return phone;
}

async function write(phone: Locator, text: string): Promise<void> {
  await phone.getByPlaceholder("Write a message").fill(text);
  await phone.getByRole("button", { name: "Send" }).click();
}

function lineIn(place: Locator, text: string): Locator {
  // By its own text: a reply quotes the text of another message.
  const own = place.page().locator(".text", { hasText: text });
  return place.locator(".messages > li").filter({ has: own }).last();
}

async function pick(line: Locator, name: string): Promise<void> {
  await line.locator("summary").click();
  await line.getByText(name, { exact: true }).click();
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
  const invite = await group.locator("#invite-url").inputValue();
  const guest = await visit.page();
  await guest.goto(invite);
  await guest.getByRole("link", { name: "Chat in the browser" }).click();
  await guest.getByLabel("Your name").fill("Gus");
  await guest.getByLabel("I agree").check();
  await guest.getByRole("button", { name: "Enter the chat" }).click();
  const log = guest.locator("#log");
  await log.waitFor();

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
  await chatFillsTheScreen(visit, `${invite}/chat`);
  await visit.context.clearCookies();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ["/signup", "/login"]) await fits(page, visit.url + path, { width, shots });
  }
}

/** The chat's page is as high as the screen: only the conversation moves, however long it is. */
async function chatFillsTheScreen(visit: Visit, address: string): Promise<void> {
  const page = await visit.page();
  await page.goto(address);
  await page.getByLabel("Your name").fill("Gus");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Enter the chat" }).click();
  for (const line of ["one", "two", "three"]) {
    await page.getByLabel("Write a message").fill(`${line}${"\n".repeat(12)}end`);
    await page.getByRole("button", { name: "Send" }).click();
    await lineIn(page.locator("#log"), line).waitFor();
  }
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const high = await page.evaluate("document.documentElement.scrollHeight");
    assert.equal(Number(high), 900, `The chat is ${high} px high at ${width} px`);
  }
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
