import { asError, GuildStatsError } from "../errors.ts";
import type { CopySide, CopyTarget } from "./copy/copy-side.ts";
import type { Finding } from "./finding.ts";
import type { Database } from "./postgres/database.ts";
import { DEFAULT_SCHEMA, requireSchemaName } from "./postgres/schema-name.ts";
import type { RedStaging } from "./red-past.ts";
import type { Store } from "./store.ts";

/** Where a store's data is, as it is written on a command line. */
export type StoreAddress = SqliteAddress | PostgresAddress;

interface SqliteAddress {
  readonly kind: "sqlite";
  readonly path: string;
  /** As messages name it. */
  readonly shown: string;
}

interface PostgresAddress {
  readonly kind: "postgres";
  /** As the driver takes it. May hold a password. */
  readonly url: string;
  readonly schema: string;
  /** As messages name it: without a password. */
  readonly shown: string;
}

/** A letter before a colon is a drive. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/**
 * Reads an address: a path, `sqlite:path`, or `postgres://user@host/database`, where `?schema=…` names another schema than
 * `guildstats`, and all else is the driver's.
 * @throws `OPTION_INVALID`
 */
export function storeAddress(text: string): StoreAddress {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
      return sqliteAddress(text);
    case "sqlite":
      return sqliteAddress(text.slice("sqlite:".length).replace(/^\/\/(?=.)/, ""));
    case "postgres":
    case "postgresql":
      return postgresAddress(text);
    default:
      throw invalid(`${scheme}: is no kind of database that is known; sqlite: and postgres: are`);
  }
}

/** No host has such a name. */
const NO_HOST = "no-host.invalid";

function sqliteAddress(path: string): SqliteAddress {
  if (path === "") throw invalid("the address of a database names no file");
  return { kind: "sqlite", path, shown: path };
}

function postgresAddress(text: string): PostgresAddress {
  let url: URL;
  // A URL with a user must have a host, but an address whose host is a parameter, or the driver's own, need not.
  const isHostless = /^[^/]*\/\/[^/?#]*@\/[^@?#]*(\?|$)/.test(text);
  try {
    url = new URL(isHostless ? text.replace("@/", `@${NO_HOST}/`) : text);
  } catch {
    // Not told: there may be a password in it.
    throw invalid("the address of a PostgreSQL database is no URL: postgres://user@host/database");
  }
  const schema = url.searchParams.get("schema") ?? DEFAULT_SCHEMA;
  requireSchemaName(schema);
  url.searchParams.delete("schema");
  const user = url.username === "" ? "" : `${url.username}@`;
  const host = isHostless ? "" : url.host;
  return {
    kind: "postgres",
    url: isHostless ? url.href.replace(`@${NO_HOST}/`, "@/") : url.href,
    schema,
    shown: `postgres://${user}${host}${url.pathname}?schema=${schema}`,
  };
}

/** The store at an address, not yet opened. @throws `STORE_DRIVER_MISSING` */
export async function storeAt(address: StoreAddress): Promise<Store> {
  if (address.kind === "sqlite") {
    const { sqlite } = await import("./sqlite/index.ts");
    return sqlite(address.path);
  }
  const { postgres } = await withDriver(() => import("./postgres/index.ts"));
  return postgres({ connectionString: address.url, schema: address.schema });
}

/** The database at an address, to be copied from. @throws `STORE_*` */
export async function copySourceAt(address: StoreAddress): Promise<CopySide> {
  if (address.kind === "sqlite") {
    const { openCopySource } = await import("./sqlite/copying.ts");
    return openCopySource(address.path);
  }
  const { openCopySource } = await import("./postgres/copying.ts");
  return await openCopySource({ ...address, connect: await connecting(address) });
}

/** The database at an address, to be copied into. @throws `STORE_*` */
export async function copyTargetAt(address: StoreAddress): Promise<CopyTarget> {
  if (address.kind === "sqlite") {
    const { openCopyTarget } = await import("./sqlite/copying.ts");
    return openCopyTarget(address.path);
  }
  const { openCopyTarget } = await import("./postgres/copying.ts");
  return await openCopyTarget({ ...address, connect: await connecting(address) });
}

/** What was imported from the Red cog. The database is only read; where there is none, nothing was. @throws `STORE_*` */
export async function redStagingAt(address: StoreAddress): Promise<RedStaging> {
  if (address.kind === "sqlite") {
    const { redStagingIn } = await import("./sqlite/red-status.ts");
    return redStagingIn(address.path);
  }
  const { redStagingIn } = await import("./postgres/red-status.ts");
  return await redStagingIn(await connecting(address), address.schema);
}

/**
 * Checks a database, one check after another. It is only read; bots may use it meanwhile.
 * @param nowMs the present, Unix milliseconds
 * @throws `STORE_*` when it cannot be opened
 */
export async function* examineAt(
  address: StoreAddress,
  nowMs: number,
): AsyncGenerator<Finding & { readonly check: string }> {
  if (address.kind === "sqlite") {
    const { examine } = await import("./sqlite/doctor/examine.ts");
    yield* examine(address.path, nowMs);
  } else {
    const { examineSchema } = await import("./postgres/doctor.ts");
    yield* examineSchema(await connecting(address), address.schema);
  }
}

async function connecting({ url }: PostgresAddress): Promise<() => Database> {
  const { PoolDatabase, WHOLE_TABLES_MS } = await withDriver(() => import("./postgres/pool-database.ts"));
  // A command asks one thing after the other, of all that there is.
  return () => new PoolDatabase({ query_timeout: WHOLE_TABLES_MS, connectionString: url, max: 1 });
}

/** Loads what needs the package pg, which need not be installed. @throws `STORE_DRIVER_MISSING` */
async function withDriver<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (thrown) {
    const { message } = asError(thrown);
    if (!/Cannot find (package|module) 'pg'/.test(message)) throw thrown;
    throw new GuildStatsError("STORE_DRIVER_MISSING", "PostgreSQL needs the package pg: npm install pg", {
      cause: thrown,
    });
  }
}

function invalid(message: string): GuildStatsError {
  return new GuildStatsError("OPTION_INVALID", message);
}
