/** Files over REST: what the contract cannot provoke on every server. */
import assert from "node:assert/strict";
import { RelayError, RetryLater } from "../../../actors/ports/mod.ts";
import { eventually, RestClient } from "../../contract/rest_client.ts";
import { PNG } from "../../contract/rest_file_cases.ts";
import { FAKE_FILE_MAX } from "../../fakes/media.ts";
import { serveWeb, type WebApp, webApp } from "../../fakes/web_app.ts";

interface Served {
  readonly web: WebApp;
  readonly client: RestClient;
  readonly token: string;
  readonly files: string;
  /** Of a message with a picture. */
  readonly file: string;
}

async function served(test: (served: Served) => Promise<void>): Promise<void> {
  const web = webApp();
  const server = serveWeb(web);
  try {
    const client = new RestClient(server.url);
    const token = await client.signUp();
    const { id } = await client.createGroup(token);
    const body = { attachments: [{ data: PNG.toBase64() }] };
    await client.expect(201, "POST", `/api/groups/${id}/messages`, { token, body });
    const [message] = await client.messages(id, token);
    const file = `/api/groups/${id}/messages/${message?.id}/file`;
    await test({ web, client, token, files: `/api/groups/${id}/files`, file });
  } finally {
    await server.stop();
  }
}

Deno.test("a file over the limit is answered 413, whether or not it says its length", async () => {
  await served(async ({ client, token, files }) => {
    const raw = new Uint8Array(FAKE_FILE_MAX + 1);

    await client.refuse([413, "too-large"], "POST", files, { token, raw });
    await client.refuse([413, "too-large"], "POST", files, { token, raw: new Blob([raw]).stream() });
  });
});

Deno.test("a file as large as is allowed is taken in, whatever it is said to be", async () => {
  await served(async ({ client, token, files }) => {
    for (const type of ["application/json", "multipart/form-data; boundary=x", "x".repeat(5000), ""]) {
      const raw = new Blob([new Uint8Array(FAKE_FILE_MAX)]);
      await client.expect(201, "POST", files, { token, raw, headers: { "content-type": type } });
    }
  });
});

Deno.test("a file whose messenger cannot be reached is answered 503 with when to try again", async () => {
  await served(async ({ web, client, token, file }) => {
    web.relay.media.failure = new RetryLater(
      "Cannot read the file as its messenger must be connected",
      5_000,
    );

    await client.refuse([503, "file-unavailable"], "GET", file, { token });
    const { headers } = await client.call("GET", file, { token });

    assert.equal(headers.get("retry-after"), "5");
  });
});

Deno.test("a reader who has left, or who only asks for the head, leaves no file open", async () => {
  await served(async ({ web, client, token, file }) => {
    await client.expect(200, "HEAD", file, { token });
    assert.equal(web.relay.media.reading, 0);

    const left = new AbortController();
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(client.url + file, { headers, signal: left.signal });
    left.abort();
    await answer.body?.cancel().catch(() => undefined);

    await eventually("nothing is open", async () => {
      await client.expect(200, "GET", "/healthz");
      return web.relay.media.reading === 0;
    });
  });
});

Deno.test("nothing is said of files when the store refuses: the message is not accepted", async () => {
  await served(async ({ web, client, token, files }) => {
    web.relay.refusal = new RelayError("unavailable", "Cannot accept it", 2_000);
    const path = files.replace(/files$/, "messages");
    const body = { attachments: [{ data: PNG.toBase64() }] };

    await client.refuse([503, "unavailable"], "POST", path, { token, body });
  });
});
