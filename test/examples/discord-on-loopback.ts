// Loaded before an example: it goes to the Discord of a test, and is none the wiser.
import { DefaultRestOptions } from "discord.js";

const address = process.env["LOOPBACK_DISCORD"];
if (address === undefined) throw new Error("LOOPBACK_DISCORD is the address of a Discord on this machine");
Object.assign(DefaultRestOptions, { api: `${address}/api`, cdn: address, mediaProxy: address });
