import { asError, GuildStatsError, type GuildStatsErrorCode } from "../../errors.ts";

/** What PostgreSQL (appendix A of its manual) and Node's sockets report, in our words; a prefix is a whole class. */
const CODES: readonly (readonly [prefix: string, code: GuildStatsErrorCode, why: string])[] = [
  ["28", "STORE_DENIED", "the server refuses the user or the password"],
  ["42501", "STORE_DENIED", "the user lacks a right"],
  ["3D000", "STORE_UNWRITABLE", "the database does not exist"],
  ["25006", "STORE_UNWRITABLE", "the server is a standby, or read-only"],
  ["53100", "STORE_FULL", "no space is left on the server's disk"],
  ["55P03", "STORE_LOCKED", "another session holds what is to be written"],
  ["XX001", "STORE_CORRUPT", "a page of the database is damaged"],
  ["XX002", "STORE_CORRUPT", "an index of the database is damaged"],
  ["08", "STORE_UNREACHABLE", "the connection was lost"],
  ["53", "STORE_UNREACHABLE", "the server has too much to do"],
  ["57P", "STORE_UNREACHABLE", "the server stops or starts"],
  ["25P03", "STORE_UNREACHABLE", "the server ended a transaction that was idle for too long"],
  ["ECONN", "STORE_UNREACHABLE", "the server does not answer"],
  ["ENOTFOUND", "STORE_UNREACHABLE", "the server's name is not known"],
  ["EAI_", "STORE_UNREACHABLE", "the server's name cannot be looked up"],
  ["ENOENT", "STORE_UNREACHABLE", "the server's socket is not there"],
  ["EHOST", "STORE_UNREACHABLE", "no way leads to the server"],
  ["ENET", "STORE_UNREACHABLE", "no way leads to the server"],
  ["ETIMEDOUT", "STORE_UNREACHABLE", "the server does not answer"],
  ["EPIPE", "STORE_UNREACHABLE", "the connection was lost"],
];

/** What the package pg says without a code when a line is cut or nobody answers. */
const CUT =
  /^Connection terminated|^Query read timeout|^timeout ex|^Client has encountered a connection error/;

/** The SQLSTATE, or the code of a socket's error. */
export function sqlState(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

/** Whatever a call of the driver threw, as a coded error that names the schema. It never holds the password. */
export function storeError(thrown: unknown, schema: string): GuildStatsError {
  const cause = asError(thrown);
  if (cause instanceof GuildStatsError) return cause;
  // All addresses of a name were tried: each refusal is an error of its own.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  const state = sqlState(first);
  const known = CODES.find(([prefix]) => state?.startsWith(prefix));
  const [code, why] = known
    ? [known[1], `${known[2]} (${state})`]
    : CUT.test(cause.message)
      ? (["STORE_UNREACHABLE", `the connection was lost (${cause.message})`] as const)
      : (["STORE_FAILED", cause.message] as const);
  const details = { schema, sqlState: state };
  return new GuildStatsError(code, `PostgreSQL, schema ${schema}: ${why}`, { cause, details });
}
