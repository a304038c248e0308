/** Signal holds the account back until a person has solved a captcha: the operator does, in a real browser. */
import assert from "node:assert/strict";
import { PASSWORD } from "../contract/rest_client.ts";
import { linkAccount } from "../fakes/linking.ts";
import { joinByPhone, signUp } from "../fakes/people.ts";
import { plenumHere } from "../fakes/plenum.ts";
import { sendFailed, startSignal } from "../fakes/signal/mod.ts";
import { BROWSER, exists, withBrowser } from "./pages_visit.ts";

const SHOTS = Deno.env.get("SHOTS");
const LIMITED = { type: "RATE_LIMIT_FAILURE", retryAfterSeconds: 86_400, token: "a-token" };

Deno.test({
  name: "an operator solves the captcha that Signal wants, and what waited follows in order",
  ignore: !exists(BROWSER),
  fn: async () => {
    await using server = startSignal();
    const env = { SANDBOX: "on", SIGNAL_RPC_URL: server.rpcUrl, SIGNAL_TCP: server.tcp };
    await withBrowser(() => plenumHere(env), async (visit) => {
      const { url } = visit;
      const operator = await signUp(url, "operator@example.org");
      const own = server.account("Ada", false);
      const scan = async (uri: string): Promise<void> => {
        const asked = (): boolean => server.calls.some(({ params }) => params["deviceLinkUri"] === uri);
        await server.until(asked, "signal-cli to wait for the phone");
        server.scan(uri, own);
      };
      await linkAccount(url, operator.token, { account: "signal", scan });
      const { id } = await operator.createGroup("Tea", ["signal", "telegram"]);
      const { inviteUrl } = await operator.bridge(id, "signal", "ready");
      const olga = server.person("Olga");
      const chat = olga.join(inviteUrl ?? "");
      const telegram = await operator.bridge(id, "telegram", "ready");
      const tom = await joinByPhone(url, {
        messenger: "telegram",
        name: "Tom",
        inviteUrl: telegram.inviteUrl,
      });
      server.faults.next("send", sendFailed([LIMITED]));
      for (const text of ["one", "two", "three"]) await tom.send({ type: "text", text });

      const page = await visit.page();
      await page.goto(`${url}/login`);
      await page.getByLabel("E-mail").fill("operator@example.org");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Log in" }).click();
      await page.waitForURL("**/groups");
      await page.goto(`${url}/admin/accounts/signal`);
      await page.getByRole("link", { name: "https://signalcaptchas.org/challenge/generate.html" }).waitFor();
      for (const width of SHOTS === undefined ? [] : [390, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: `${SHOTS}/challenge-${width}.png`, fullPage: true });
      }
      const answer = page.getByLabel("Address of the solved captcha", { exact: true });
      const send = page.getByRole("button", { name: "Send", exact: true });
      await answer.fill("signalcaptcha://stale");
      await send.click();
      await page.getByText("did not take this captcha").first().waitFor();
      await answer.fill("signalcaptcha://solved");
      await send.click();
      await answer.waitFor({ state: "detached" });

      const words = (): string[] =>
        olga.view(chat).flatMap(({ text }) => /^(?:.*\n)*(one|two|three)$/.exec(text)?.[1] ?? []);
      await server.until(() => words().length === 3, "what waited");
      assert.deepEqual(words(), ["one", "two", "three"]);
    });
  },
});
