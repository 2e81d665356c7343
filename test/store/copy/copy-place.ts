import { systemClock } from "../../../src/clock.ts";
import type { CopySide, CopyTarget } from "../../../src/store/copy/copy-side.ts";
import type { Finding } from "../../../src/store/finding.ts";
import {
  openCopyTarget as openEmptySchema,
  openCopySource as openSchema,
} from "../../../src/store/postgres/copying.ts";
import type { Database } from "../../../src/store/postgres/database.ts";
import { examineSchema } from "../../../src/store/postgres/doctor.ts";
import { openCopySource, openCopyTarget } from "../../../src/store/sqlite/copying.ts";
import { examine } from "../../../src/store/sqlite/doctor/examine.ts";
import type { Store } from "../../../src/store/store.ts";
import type { Place } from "../any-order.ts";
import { PostgresPlaces } from "../postgres-places.ts";
import { sqlitePlace } from "../sqlite-place.ts";

/** Somewhere a store keeps its data, which may be copied from and into. */
export interface CopyPlace extends Place {
  source(): Promise<CopySide>;
  target(): Promise<CopyTarget>;
  /** What the doctor says, by check. */
  findings(): Promise<ReadonlyMap<string, Finding["verdict"]>>;
}

export async function sqliteCopyPlace(): Promise<CopyPlace & { readonly file: string }> {
  const place = await sqlitePlace();
  return {
    ...place,
    source: async () => openCopySource(place.file),
    target: async () => openCopyTarget(place.file),
    findings: () => verdicts(examine(place.file, systemClock.nowMs())),
  };
}

export function postgresCopyPlaces(
  connect: () => Database,
  prefix: string,
): () => Promise<CopyPlace & { readonly schema: string }> {
  const places = new PostgresPlaces(connect, prefix);
  return async () => {
    const place = await places.place();
    const address = {
      connect,
      schema: place.schema,
      shown: `postgres://server/database?schema=${place.schema}`,
    };
    return {
      ...place,
      source: () => openSchema(address),
      target: () => openEmptySchema(address),
      findings: () => verdicts(examineSchema(connect, place.schema)),
    };
  };
}

/** Does something with a place's store, opened and closed. */
export async function withStore<T>(place: CopyPlace, task: (store: Store) => Promise<T>): Promise<T> {
  const store = place.store();
  await store.open();
  try {
    return await task(store);
  } finally {
    await store.close();
  }
}

async function verdicts(
  findings: Iterable<Finding & { check: string }> | AsyncIterable<Finding & { check: string }>,
): Promise<ReadonlyMap<string, Finding["verdict"]>> {
  const found = new Map<string, Finding["verdict"]>();
  for await (const { check, verdict } of findings) found.set(check, verdict);
  return found;
}
