// deno-lint-ignore-file explicit-function-return-type no-console -- JavaScript for node: there are no types in it
/**
 * The mock side of the Signal test bed, for node: controller.mjs BED STATE. Prints one line of JSON when it listens.
 * The bed's server forgets a message whose connection breaks while it is handed over; Signal's own does not: it hands
 * over in order, and again on the next connection until the client has acknowledged. That is mended here.
 */
import process from "node:process";
import { pathToFileURL } from "node:url";

const [bed, state] = process.argv.slice(2);
const { startControl } = await import(pathToFileURL(`${bed}/lib/control.mjs`).href);
process.on("unhandledRejection", () => {});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));

const { world, control, mock } = await startControl({ control: 0, mock: 0, state });
keepUntilAcknowledged(world.server);
console.log(JSON.stringify({ control, mock }));

function keepUntilAcknowledged(server) {
  const base = Object.getPrototypeOf(server.constructor.prototype);
  const queues = new WeakMap();
  const queueOf = (device) => {
    if (!queues.has(device)) queues.set(device, { waiting: [], busy: false });
    return queues.get(device);
  };
  const handOver = async (device) => {
    const queue = queueOf(device);
    if (queue.busy) return;
    queue.busy = true;
    try {
      for (let next = queue.waiting[0]; next !== undefined; next = queue.waiting[0]) {
        const socket = [...server.webSockets.get(device) ?? []].at(-1);
        if (socket === undefined || !await socket.sendMessage(next).then(() => true, () => false)) return;
        queue.waiting.shift();
      }
    } finally {
      queue.busy = false;
    }
  };
  base.send = async (device, message) => {
    queueOf(device).waiting.push(message);
    await handOver(device);
  };
  base.sendQueue = async (device, socket) => {
    // A hand-over to the connection before this one ends when that one does.
    while (queueOf(device).busy) await new Promise((resolve) => setImmediate(resolve));
    await handOver(device);
    await socket.sendMessage("empty");
  };
}
