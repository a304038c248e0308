/** The REST contract (design, section 6), over real sockets: run it against any server that claims to keep it. */
import { accountCases } from "./rest_account_cases.ts";
import { borderCases } from "./rest_border_cases.ts";
import { chatCases } from "./rest_chat_cases.ts";
import { type GivenServer, RestClient, type RestServer } from "./rest_client.ts";
import { fileCases } from "./rest_file_cases.ts";
import { groupCases } from "./rest_group_cases.ts";
import { pollCases } from "./rest_poll_cases.ts";

export { OPERATOR_EMAIL, type RestServer } from "./rest_client.ts";

/**
 * Registers the whole contract as tests. `start` makes an empty server for each test, with `OPERATOR_EMAIL` as its
 * operator's address and with the messengers `telegram`, `signal` and `web` at least.
 */
export function restSuite(name: string, start: () => Promise<RestServer>): void {
  const given: GivenServer = (behaviour, test) => {
    Deno.test(`${name}: ${behaviour}`, async () => {
      const server = await start();
      try {
        await test(new RestClient(server.url));
      } finally {
        await server.stop();
      }
    });
  };
  accountCases(given);
  groupCases(given);
  chatCases(given);
  borderCases(given);
  fileCases(given);
  pollCases(given);
}
