/** As much of a daemon as starting one needs: it answers calls on the port behind `--http`. */
function at(name: string): number {
  return Number(Deno.args[Deno.args.indexOf(name) + 1]?.split(":")[1]);
}

Deno.listen({ hostname: "127.0.0.1", port: at("--tcp") });
Deno.serve({ hostname: "127.0.0.1", port: at("--http"), onListen: () => undefined }, () => {
  return Response.json({ jsonrpc: "2.0", id: "1", result: { version: "0.14.6" } });
});
