import pg from "pg";

const URL_NAME = "GUILDSTATS_PG_URL";

/** Whether a server is named, to which benches may write. */
export const HAS_BENCH_SERVER = process.env[URL_NAME] !== undefined;

/** A PostgreSQL server to write to, in schemas that are dropped in the end. */
export interface BenchServer extends AsyncDisposable {
  readonly url: string;
  readonly client: pg.Client;
  /** Drops a schema, if there is one, now and in the end. */
  empty(schema: string): Promise<void>;
}

export async function benchServer(): Promise<BenchServer> {
  const url = process.env[URL_NAME];
  if (url === undefined) throw new Error(`${URL_NAME} must name a server`);
  const client = new pg.Client(url);
  await client.connect();
  const schemas = new Set<string>();
  const drop = async (schema: string): Promise<void> => {
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  };
  return {
    url,
    client,
    async empty(schema): Promise<void> {
      schemas.add(schema);
      await drop(schema);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const schema of schemas) await drop(schema);
      await client.end();
    },
  };
}
