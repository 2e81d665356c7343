// Loaded before an example, and before the processes that it starts: they go to the Discord of a test, and are none the
// wiser.
import http, { type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import { DefaultRestOptions } from "discord.js";

const address = process.env["LOOPBACK_DISCORD"];
if (address === undefined) throw new Error("LOOPBACK_DISCORD is the address of a Discord on this machine");
Object.assign(DefaultRestOptions, { api: `${address}/api`, cdn: address, mediaProxy: address });

// Managers of shards ask Discord how many to start, each in its own way, and at an address that cannot be set.
const DISCORD = "https://discord.com";
interface Dispatcher {
  dispatch(options: { readonly origin: unknown }, handler: unknown): boolean;
}
// Where undici keeps what all its requests go through; discord.js has loaded it.
const dispatcher: Dispatcher = Reflect.get(globalThis, Symbol.for("undici.globalDispatcher.1"));
const dispatch = dispatcher.dispatch.bind(dispatcher);
dispatcher.dispatch = (options, handler) =>
  dispatch(options.origin === DISCORD ? { ...options, origin: address } : options, handler);
Object.assign(https, {
  request: (url: string, options: RequestOptions, answered: (answer: IncomingMessage) => void) =>
    http.request(url.replace(DISCORD, address), options, answered),
});
