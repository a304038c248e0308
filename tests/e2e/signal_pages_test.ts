/** Linking a Signal account on the operator's pages, in a real browser. Signal is whatever the test says it does. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { LinkIo } from "../../actors/ports/mod.ts";
import { linkedMessenger } from "../fakes/linked.ts";
import { plenumHere } from "../fakes/plenum.ts";
import { BROWSER, exists, type Visit, withBrowser } from "./pages_visit.ts";

/** Where to put pictures for people to look at; none are made without. */
const SHOTS = Deno.env.get("SHOTS");
const CAPTCHA_PAGE = "https://signalcaptchas.org/registration/generate.html";
const LINK =
  "sgnl://linkdevice?uuid=8b2a34c7-782e-4bdc-9bb0-1d9471d8a1d0&pub_key=BUCcr8o9%2FV1q%2FqEdJHOX49UNF1ZamKH6";

async function shot(page: Page, name: string): Promise<void> {
  for (const width of [390, 1280]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      assert.ok(wide <= 0, `${name} is ${wide} pixels too wide at ${width}`);
      if (SHOTS === undefined) continue;
      await page.screenshot({ path: `${SHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
  }
}

/** The operator, on the page of the account that is not linked yet. */
async function accountPage(visit: Visit): Promise<Page> {
  const page = await visit.page();
  await page.goto(`${visit.url}/signup`);
  await page.getByLabel("Your name").fill("Olga");
  await page.getByLabel("E-mail").fill("operator@example.org");
  await page.getByLabel("Password").fill("a long enough secret");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/groups");
  await page.goto(`${visit.url}/admin/accounts/signal`);
  await page.getByText("Not linked yet").waitFor();
  return page;
}

/** Fills the one field with this label and sends its form. */
async function give(page: Page, label: string, value: string, button: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole("button", { name: button, exact: true }).click();
}

/** Runs a story at a server whose Signal accounts are linked as `link` does it. */
async function atSignal(
  link: (io: LinkIo) => Promise<void>,
  story: (visit: Visit, page: Page) => Promise<void>,
): Promise<void> {
  const signal = linkedMessenger("signal");
  signal.link = link;
  await withBrowser(
    () => plenumHere({ SANDBOX: "off" }, [signal.linkable]),
    async (visit) => await story(visit, await accountPage(visit)),
  );
}

Deno.test({
  name: "an operator links Signal by its QR code, and reads Signal's words",
  ignore: !exists(BROWSER),
  fn: async () => {
    const scanned = Promise.withResolvers<void>();
    await atSignal(async (io) => {
      io.show("qr", LINK);
      io.ask("register").catch(() => undefined);
      await scanned.promise;
    }, async (_visit, page) => {
      await page.getByText("by an unofficial client, signal-cli").waitFor();
      await shot(page, "account");
      await page.getByRole("link", { name: "Link", exact: true }).click();
      await page.getByRole("img", { name: "Scan it with Signal on the phone" }).waitFor();
      await page.getByText("Link new device").waitFor();
      assert.equal(await page.getByText("WhatsApp").count(), 0);
      await shot(page, "qr");

      scanned.resolve();
      await page.locator("main").getByText("connected", { exact: true }).first().waitFor();
      assert.equal(await page.locator("form").filter({ hasText: "New number" }).count(), 0);
    });
  },
});

Deno.test({
  name: "an operator registers a number instead: captcha, code and PIN, each asked for by itself",
  ignore: !exists(BROWSER),
  fn: async () => {
    const given: string[] = [];
    const asking = async (io: LinkIo, field: string): Promise<void> => {
      given.push(await io.ask(field));
    };
    await atSignal(async (io) => {
      io.show("qr", LINK);
      await asking(io, "register");
      io.show("text", `Open ${CAPTCHA_PAGE}, solve it and copy the address.`);
      await asking(io, "captcha");
      await asking(io, "code");
      await asking(io, "pin");
    }, async (visit, page) => {
      await page.getByRole("link", { name: "Link", exact: true }).click();
      await give(page, "New number", "0170 1230045", "Register");
      await page.getByText("in international form, such as").waitFor();
      // The browser itself logs that the form was refused.
      assert.match(visit.errors.splice(0).join(), /^[^,]*422[^,]*$/);
      assert.ok(!(await page.content()).includes("1230045"), "a wrong number is not repeated");
      await give(page, "New number", "+49 (170) 1230045-6", "Register");

      const address = page.getByRole("link", { name: CAPTCHA_PAGE });
      await address.waitFor();
      assert.deepEqual(
        await Promise.all(["href", "target", "rel"].map((name) => address.getAttribute(name))),
        [CAPTCHA_PAGE, "_blank", "noopener noreferrer"],
      );
      assert.equal(await page.getByRole("img", { name: "QR code" }).count(), 0);
      await shot(page, "captcha");
      const captcha = `signalcaptcha://signal-hcaptcha.a-b.registration.${"P1_eyJ".repeat(400)}`;
      await give(page, "Address of the solved captcha", ` ${captcha} `, "Send");
      const code = page.getByLabel("Code", { exact: true });
      await code.waitFor();
      assert.equal(await address.count(), 0, "what was said of the captcha is gone");
      assert.deepEqual(
        [await code.getAttribute("autocomplete"), await code.getAttribute("inputmode")],
        ["one-time-code", "numeric"],
      );
      await shot(page, "code");
      await give(page, "Code", "123-456", "Confirm");
      await page.getByText("protected by a PIN").waitFor();
      await shot(page, "pin");
      await give(page, "PIN", "correct horse", "Confirm");
      await page.locator("main").getByText("connected", { exact: true }).first().waitFor();
      assert.deepEqual(given, ["+4917012300456", captcha, "123456", "correct horse"]);
    });
  },
});
