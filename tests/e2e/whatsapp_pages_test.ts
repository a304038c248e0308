/** Linking a WhatsApp account on the operator's pages, in a real browser, with a phone of the fake server. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startWhatsApp } from "../fakes/whatsapp/mod.ts";
import { plenumWith } from "../fakes/whatsapp/plenum.ts";
import { BROWSER, exists, type Visit, withBrowser } from "./pages_visit.ts";

/** Where to put pictures for people to look at; none are made without. */
const SHOTS = Deno.env.get("SHOTS");

async function shot(page: Page, name: string): Promise<void> {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    assert.ok(wide <= 0, `${name} is ${wide} pixels too wide at ${width}`);
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}-${width}.png`, fullPage: true });
  }
}

async function operatorPage(visit: Visit): Promise<Page> {
  const page = await visit.page();
  await page.goto(`${visit.url}/signup`);
  await page.getByLabel("Your name").fill("Olga");
  await page.getByLabel("E-mail").fill("operator@example.org");
  await page.getByLabel("Password").fill("a long enough secret");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/groups");
  return page;
}

Deno.test({
  name: "an operator links a WhatsApp account by QR code, and another one by a code, and removes it",
  ignore: !exists(BROWSER),
  // Baileys in the phones leaves timers behind.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using server = startWhatsApp();
    const own = server.ownPhone();
    const second = server.ownPhone("15559990001", "Second");
    await withBrowser(async () => {
      using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
      const port = String(listener.addr.port);
      listener.close();
      const dataDir = await Deno.makeTempDir();
      const env = { DATA_DIR: dataDir, PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` };
      const plenum = await plenumWith(server, env);
      return {
        url: plenum.url,
        stop: async () => {
          await plenum.terminate();
          await Deno.remove(dataDir, { recursive: true });
        },
      };
    }, async (visit) => {
      const page = await operatorPage(visit);
      await page.getByText("Not linked yet").waitFor();
      await page.getByRole("link", { name: "Manage" }).waitFor();
      await shot(page, "groups");
      await page.goto(`${visit.url}/admin`);
      await page.getByText("Not linked yet").waitFor();
      await shot(page, "admin");
      await page.getByRole("link", { name: "Link", exact: true }).click();
      await page.getByText("unofficial client").waitFor();
      await shot(page, "account");
      await page.getByRole("link", { name: "Link", exact: true }).click();
      const code = page.getByRole("img", { name: "QR code that links this account" });
      await code.waitFor();
      await shot(page, "qr");
      // The phone reads what is on the screen: the server knows which code it gave.
      await own.scan(await shownQr(page, visit.url));
      await page.locator("main").getByText("connected", { exact: true }).first().waitFor();
      assert.equal(await code.count(), 0);
      await shot(page, "linked");

      await page.goto(`${visit.url}/admin`);
      await page.getByRole("button", { name: "Add another WhatsApp account" }).click();
      await page.waitForURL("**/admin/accounts/whatsapp-2");
      await page.getByText("Not linked yet").waitFor();
      await page.getByRole("link", { name: "Link", exact: true }).click();
      await page.getByLabel("Phone number").fill("12");
      await page.getByRole("button", { name: "Show a code" }).click();
      await page.getByText("in international form, such as").waitFor();
      // The browser itself logs that the form was refused.
      assert.match(visit.errors.splice(0).join(), /^[^,]*422[^,]*$/);
      await page.getByLabel("Phone number").fill(`+${second.number}`);
      await page.getByRole("button", { name: "Show a code" }).click();
      const typed = await page.locator(".link-code").textContent();
      await shot(page, "code");
      await second.enterCode((typed ?? "").replaceAll(/\s/g, ""));
      await page.locator("main").getByText("connected", { exact: true }).first().waitFor();

      await page.goto(`${visit.url}/admin/accounts/whatsapp-2`);
      await page.getByText("Remove", { exact: true }).click();
      await page.getByRole("button", { name: "Remove this account" }).click();
      await page.waitForURL("**/admin");
      assert.equal(await page.getByText("whatsapp-2").count(), 0);
    });
  },
});

/** The text of the QR code that the page shows, as a second watcher of the same linking hears it. */
async function shownQr(page: Page, url: string): Promise<string> {
  return await page.evaluate((address) =>
    new Promise<string>((resolve) => {
      const source = new EventSource(address);
      source.addEventListener("qr", (event) => {
        source.close();
        resolve(JSON.parse(event.data).data);
      });
    }), `${url}/api/accounts/whatsapp/link`);
}
