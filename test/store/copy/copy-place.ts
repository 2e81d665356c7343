import type { CopySide, CopyTarget } from "../../../src/store/copy/copy-side.ts";
import {
  openCopyTarget as openEmptySchema,
  openCopySource as openSchema,
} from "../../../src/store/postgres/copying.ts";
import type { Database } from "../../../src/store/postgres/database.ts";
import { openCopySource, openCopyTarget } from "../../../src/store/sqlite/copying.ts";
import type { Place } from "../any-order.ts";
import { PostgresPlaces } from "../postgres-places.ts";
import { sqlitePlace } from "../sqlite-place.ts";

/** Somewhere a store keeps its data, which may be copied from and into. */
export interface CopyPlace extends Place {
  source(): Promise<CopySide>;
  target(): Promise<CopyTarget>;
}

export async function sqliteCopyPlace(): Promise<CopyPlace & { readonly file: string }> {
  const place = await sqlitePlace();
  return {
    ...place,
    source: async () => openCopySource(place.file),
    target: async () => openCopyTarget(place.file),
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
    return { ...place, source: () => openSchema(address), target: () => openEmptySchema(address) };
  };
}
