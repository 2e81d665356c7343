import { execFile } from "node:child_process";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

const SCRIPT = join(import.meta.dirname, "../../scripts/postgres-cluster");
/** What the script ends with where there is no PostgreSQL. */
const NO_POSTGRESQL = 3;

/** A PostgreSQL server of a test's own, which may stop, crash and start again. */
export interface PostgresCluster extends AsyncDisposable {
  /** With a user that may do everything. */
  readonly url: string;
  start(): Promise<void>;
  /** @param how `immediate`: as a server that crashes */
  stop(how: "fast" | "immediate"): Promise<void>;
}

/** A server that runs; or, where there can be none, why. */
export async function postgresCluster(): Promise<PostgresCluster | { readonly missing: string }> {
  const folder = temporaryFolder();
  const made = await script("make", folder.path);
  if (made.code === NO_POSTGRESQL) {
    folder[Symbol.dispose]();
    return { missing: made.complaint };
  }
  const act = async (...args: readonly string[]): Promise<void> => {
    const { code, complaint } = await script(...args);
    if (code !== 0) throw new Error(`postgres-cluster ${args.join(" ")}: ${complaint}`);
  };
  const start = (): Promise<void> => act("start", folder.path);
  await start();
  return {
    url: made.answer,
    start,
    stop: (how) => act("stop", folder.path, how),
    async [Symbol.asyncDispose]() {
      // It may be stopped already.
      await script("stop", folder.path, "immediate");
      folder[Symbol.dispose]();
    },
  };
}

function script(
  ...args: readonly string[]
): Promise<{ readonly code: unknown; readonly answer: string; readonly complaint: string }> {
  return new Promise((resolve) => {
    execFile(SCRIPT, args, (error, answer, complaint) =>
      resolve({ code: error?.code ?? 0, answer: answer.trim(), complaint: complaint.trim() }),
    );
  });
}
