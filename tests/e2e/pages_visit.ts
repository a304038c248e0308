/** A real browser for the stories of the pages, and what people do in it everywhere. */
import assert from "node:assert/strict";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";

/** A running Plenum with its sandbox on. */
export interface PagesServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Where the browser is. */
export const BROWSER = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
const WAIT_MS = 10_000;

/** A browser at a running Plenum. */
export interface Visit {
  readonly url: string;
  readonly context: BrowserContext;
  /** What the pages logged as errors. */
  readonly errors: string[];
  page(): Promise<Page>;
}

/** Whether there is such a file. */
export function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Runs a story in a browser at a new server; it must leave no errors on the pages. */
export async function withBrowser(
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
export async function createGroup(visit: Visit): Promise<Page> {
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

/** The group page's link for a messenger. */
export async function inviteLink(page: Page, messenger: string): Promise<string> {
  return await page.locator(`#link-${messenger}`).inputValue();
}

/** Opens the invite link as a person would and joins with a new phone. */
export async function joinByPhone(sandbox: Page, link: string, name: string): Promise<Locator> {
  await sandbox.goto(link);
  await sandbox.getByLabel("Name of the person").fill(name);
  await sandbox.getByRole("button", { name: "Add phone and join" }).click();
  const phone = sandbox.locator("[data-phone]").filter({
    has: sandbox.getByRole("heading", { name, exact: true }),
  });
  await phone.getByRole("heading", { name: "Lake weekend" }).waitFor();
  return phone;
}

/** Writes a line on a phone. */
export async function write(phone: Locator, text: string): Promise<void> {
  await phone.getByPlaceholder("Write a message").fill(text);
  await phone.getByRole("button", { name: "Send" }).click();
}

/** The newest line of a conversation that has this text. */
export function lineIn(place: Locator, text: string): Locator {
  // By its own text: a reply quotes the text of another message.
  const own = place.page().locator(".text", { hasText: text });
  return place.locator(".messages > li").filter({ has: own }).last();
}

/** Chooses from the menu of a line. */
export async function pick(line: Locator, name: string): Promise<void> {
  await line.locator("summary").click();
  await line.getByText(name, { exact: true }).click();
}

/** Joins in the browser by the invite page; answers the chat's page. */
export async function joinAsGuest(visit: Visit, group: Page): Promise<Page> {
  const guest = await visit.page();
  await guest.goto(await group.locator("#invite-url").inputValue());
  await guest.getByRole("link", { name: "Chat in the browser" }).click();
  await guest.getByLabel("Your name").fill("Gus");
  await guest.getByLabel("I agree").check();
  await guest.getByRole("button", { name: "Enter the chat" }).click();
  await guest.locator("#log").waitFor();
  return guest;
}
