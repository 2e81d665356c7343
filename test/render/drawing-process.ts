import { DrawPool } from "../../src/render/draw-pool.ts";
import { serverCard } from "../support/card-of.ts";

// Nothing but the thread holds this process while it draws, and nothing afterwards.
const png = await new DrawPool({ threads: 1 }).paint(JSON.stringify(serverCard()), []);
console.log(png.byteLength > 0 ? "drawn" : "empty");
