import { randomBytes } from "node:crypto";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import pg from "pg";

/** Where a PostgreSQL server is that tests may make databases in, if there is one. */
export const SERVER_URL = process.env["GUILDSTATS_PG_URL"] ?? "";

/** A database of a server. */
export interface ServerDatabase extends AsyncDisposable {
  /** With a user that may do everything. */
  readonly url: string;
  /** Runs a statement as that user, on a connection of its own. */
  run(sql: string): Promise<void>;
}

/** A database that is gone when its scope ends. */
export async function serverDatabase(): Promise<ServerDatabase> {
  const name = `guildstats_test_${randomBytes(6).toString("hex")}`;
  await runAt(SERVER_URL, `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`);
  const url = new URL(SERVER_URL);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    run: (sql) => runAt(url.href, sql),
    [Symbol.asyncDispose]: () => runAt(SERVER_URL, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/**
 * A line to a server that can go silent: what is sent is taken and gets nowhere.
 * @param cutBefore it goes silent when something is sent that holds these words; empty: when it is told to
 */
export async function cuttableLine(
  target: string,
  cutBefore = "",
): Promise<AsyncDisposable & { readonly url: string; cut(): void; mend(): void }> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    const onwards = connect(Number(port || 5432), hostname);
    for (const [from, to] of [
      [socket, onwards],
      [onwards, socket],
    ] as const) {
      sockets.add(from);
      from.on("data", (bytes: Buffer) => {
        if (cutBefore !== "" && bytes.includes(cutBefore)) isCut = true;
        if (!isCut) to.write(bytes);
      });
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut: () => {
      isCut = true;
    },
    mend: () => {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function runAt(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(sql);
  await client.end();
}
