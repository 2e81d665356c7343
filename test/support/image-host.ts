import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { createCanvas } from "@napi-rs/canvas";

/** A host of pictures on 127.0.0.1 that answers as it is told, and counts what it is asked. */
export class ImageHost implements AsyncDisposable {
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];
  answer: (response: ServerResponse, path: string) => void = (response) =>
    response.writeHead(200, { "content-type": "image/png" }).end(redSquare());
  readonly #server: Server;

  static async start(): Promise<ImageHost> {
    const host = new ImageHost();
    host.#server.listen(0, "127.0.0.1");
    await once(host.#server, "listening");
    return host;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? "/";
      this.asked.push(path);
      this.answer(response, path);
      this.#server.emit("asked");
    });
  }

  url(path = "/avatar.png"): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `http://127.0.0.1:${address.port}${path}`;
  }

  /** Resolves once it is asked for something. */
  async nextRequest(): Promise<void> {
    await once(this.#server, "asked");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** A picture of 16 by 16 pixels, of one colour throughout. */
export function redSquare(colour = "#ff0000"): Buffer {
  const canvas = createCanvas(16, 16);
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 16, 16);
  return canvas.toBuffer("image/png");
}
