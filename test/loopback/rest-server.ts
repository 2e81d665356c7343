import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { RateLimits } from "./rate-limits.ts";

export const INVALID_FORM_BODY = 50035;

/** A request, as the loopback took it. */
export interface RestRequest {
  readonly method: string;
  /** Without `/api/v10` and query, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The JSON body, or a multipart body's `payload_json`. */
  readonly body: unknown;
  readonly files: readonly { readonly field: string; readonly name: string; readonly data: Buffer }[];
}

/** An answer that says what is wrong, in Discord's form. */
export class RestError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: readonly string[];

  constructor(status: number, code: number, message: string, errors: readonly string[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** A fault to inject into the next `times` requests whose "METHOD /path" matches. */
export interface Fault {
  readonly match: RegExp;
  times: number;
  /** HTTP status; 429 also sends `retryAfterSec`. Left out: the request is handled after `delayMs`. */
  readonly status?: number;
  /** Discord's own code of an error; default 0. */
  readonly code?: number;
  readonly retryAfterSec?: number;
  /** 429 holds for the whole application, not for the route. */
  readonly global?: boolean;
  readonly delayMs?: number;
  /** The request is handled behind this. */
  readonly behind?: Promise<void>;
  /** No answer at all: it never comes, or the connection is cut. */
  readonly silence?: "hangs" | "cut";
}

export type RestHandler = (request: RestRequest) => object | null | undefined;

/** HTTP under /api; everything else goes to `cdn`. A handler's `undefined` is an unknown route, `null` 204. */
export class RestServer {
  readonly server: Server;
  readonly requests: RestRequest[] = [];
  readonly faults: Fault[] = [];
  readonly limits = new RateLimits();
  readonly #handle: RestHandler;
  readonly #token: string;
  readonly #refused: string[];

  /** @param refused takes the unknown routes, and the requests whose form Discord refuses */
  constructor(
    token: string,
    refused: string[],
    handle: RestHandler,
    cdn: (url: URL, response: ServerResponse) => void,
  ) {
    this.#token = token;
    this.#refused = refused;
    this.#handle = handle;
    this.server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://loopback");
      if (url.pathname.startsWith("/api/")) void this.#answer(request, url, response);
      else cdn(url, response);
    });
  }

  async #answer(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    const send = (status: number, body: object | null, headers: Record<string, string> = {}): void => {
      // An empty answer must not call itself JSON: the client would try to read it.
      response.writeHead(
        status,
        body === null ? headers : { "content-type": "application/json", ...headers },
      );
      response.end(body === null ? undefined : JSON.stringify(body));
    };
    try {
      const taken = await read(request, url);
      this.requests.push(taken);
      const name = `${taken.method} ${taken.path}`;
      const fault = this.faults.find(({ match, times }) => times > 0 && match.test(name));
      if (fault) {
        fault.times--;
        if (fault.delayMs !== undefined) await wait(fault.delayMs);
        await fault.behind;
        if (fault.silence === "hangs") return;
        if (fault.silence === "cut") {
          request.socket.destroy();
          return;
        }
        if (fault.status === 429)
          return send(429, ...rateLimited(fault.retryAfterSec ?? 0.1, fault.global ?? false));
        if (fault.status !== undefined)
          return send(fault.status, { message: "injected fault", code: fault.code ?? 0 });
      }
      const open = /^\/(interactions|webhooks)\//.test(taken.path);
      if (!open && request.headers.authorization !== `Bot ${this.#token}`)
        throw new RestError(401, 0, "401: Unauthorized");
      const allowance = this.limits.take(name);
      const headers = allowance?.headers ?? {};
      if (allowance && !allowance.isAllowed) {
        const [body, refusal] = rateLimited(allowance.resetAfterSec, false);
        return send(429, body, { ...refusal, ...headers });
      }
      const answer = this.#handle(taken);
      if (answer === undefined) {
        this.#refused.push(name);
        throw new RestError(404, 0, "404: Not Found");
      }
      send(answer === null ? 204 : 200, answer, headers);
    } catch (thrown) {
      if (thrown instanceof RestError) {
        const { status, code, message, errors } = thrown;
        if (code === INVALID_FORM_BODY)
          this.#refused.push(`${request.method} ${url.pathname}: ${errors.join("; ")}`);
        send(status, {
          code,
          message,
          errors: { _errors: errors.map((text) => ({ code: "SCHEMA", message: text })) },
        });
      } else {
        this.#refused.push(`${request.method} ${url.pathname}: ${String(thrown)}`);
        send(500, { code: 0, message: String(thrown) });
      }
    }
  }
}

function rateLimited(retryAfterSec: number, global: boolean): [object, Record<string, string>] {
  const sec = String(retryAfterSec);
  const bucket = { "x-ratelimit-limit": "5", "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": sec };
  const headers = {
    "retry-after": sec,
    "x-ratelimit-scope": global ? "global" : "user",
    ...(global ? { "x-ratelimit-global": "true" } : { ...bucket, "x-ratelimit-bucket": "injected" }),
  };
  return [{ message: "You are being rate limited.", retry_after: retryAfterSec, global }, headers];
}

async function read(request: IncomingMessage, url: URL): Promise<RestRequest> {
  const raw = await buffer(request);
  const type = request.headers["content-type"] ?? "";
  const files: { field: string; name: string; data: Buffer }[] = [];
  let body: unknown = null;
  if (type.startsWith("multipart/")) {
    const form = await new Response(new Uint8Array(raw), { headers: { "content-type": type } }).formData();
    for (const [field, value] of form) {
      if (typeof value === "string") {
        if (field === "payload_json") body = JSON.parse(value);
      } else {
        files.push({ field, name: value.name, data: Buffer.from(await value.arrayBuffer()) });
      }
    }
  } else if (raw.length > 0) {
    body = z.unknown().parse(JSON.parse(raw.toString("utf8")));
  }
  return {
    method: request.method ?? "GET",
    path: decodeURIComponent(url.pathname).replace(/^\/api(\/v\d+)?/, ""),
    query: url.searchParams,
    body,
    files,
  };
}
