import { parentPort } from "node:worker_threads";
import { asError } from "../errors.ts";
import type { DrawReply, DrawRequest } from "./draw-thread.ts";
import { Painter } from "./painter.ts";

/** What a {@link DrawThread} runs. */
const painter = new Painter();

parentPort?.on("message", (request: DrawRequest) => {
  switch (request.kind) {
    case "forget":
      painter.forget();
      return;
    case "paint":
      void answer(request);
      return;
    default:
      request satisfies never;
  }
});

async function answer({ key, files }: Extract<DrawRequest, { kind: "paint" }>): Promise<void> {
  let reply: DrawReply;
  try {
    reply = { kind: "drawn", png: await painter.paint(key, files) };
  } catch (thrown) {
    reply = { kind: "failed", error: asError(thrown) };
  }
  parentPort?.postMessage(reply);
}
