import type { Clock } from "../../clock.ts";
import type { StoreMetrics } from "../../metrics.ts";
import { sqlState } from "./postgres-error.ts";
import { MIGRATIONS } from "./schema.ts";
import type { Transactions } from "./transactions.ts";

const UNDEFINED_FUNCTION = "42883";

/** A figure that is older is asked for anew. */
const KEPT_MS = 60_000;

/** How large a schema is, told at once: as it was when it was last asked for. */
export class SchemaSize {
  readonly #transactions: Transactions;
  readonly #clock: Clock;
  #bytes: number;
  #askedMs: number;
  #asking: Promise<void> = Promise.resolve();

  private constructor(transactions: Transactions, clock: Clock, bytes: number) {
    this.#transactions = transactions;
    this.#clock = clock;
    this.#bytes = bytes;
    this.#askedMs = clock.elapsedMs();
  }

  static async of(transactions: Transactions, clock: Clock): Promise<SchemaSize> {
    return new SchemaSize(transactions, clock, await schemaBytes(transactions));
  }

  metrics(): StoreMetrics {
    const nowMs = this.#clock.elapsedMs();
    if (nowMs - this.#askedMs >= KEPT_MS) {
      this.#askedMs = nowMs;
      this.#asking = schemaBytes(this.#transactions).then(
        (bytes) => {
          this.#bytes = bytes;
        },
        // Whoever writes says that the server is away.
        () => undefined,
      );
    }
    return Object.freeze({ bytes: this.#bytes, schemaVersion: MIGRATIONS.length });
  }

  /** No question is under way any more. */
  settled(): Promise<void> {
    return this.#asking;
  }
}

async function schemaBytes(transactions: Transactions): Promise<number> {
  try {
    const { rows } = await transactions.snapshot((connection) =>
      connection.query<{ bytes: number }>(
        `SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0) AS bytes FROM pg_class
         JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = current_schema() AND relkind = 'r'`,
      ),
    );
    return rows[0]?.bytes ?? 0;
  } catch (thrown) {
    // Not every engine that speaks as PostgreSQL does knows how large a table is.
    if (sqlState(thrown) === UNDEFINED_FUNCTION) return 0;
    throw thrown;
  }
}
