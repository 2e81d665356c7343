import { readFileSync } from "node:fs";
import type { Snowflake } from "../src/snowflake.ts";
import type { Batch, GuildSnapshot, LoadRequest, Store } from "../src/store/store.ts";

/** Bytes of an id in a row. */
const ID_BYTES = 8;

/** What went between a database and a program: rows, and the bytes of their values. */
export class Moved {
  /** Times that something was read. */
  reads = 0;
  rowsRead = 0;
  bytesRead = 0;
  rowsWritten = 0;
  bytesWritten = 0;

  read(rows: number, bytes: number): void {
    this.rowsRead += rows;
    this.bytesRead += bytes;
  }

  wrote(rows: number, bytes: number): void {
    this.rowsWritten += rows;
    this.bytesWritten += bytes;
  }

  clear(): void {
    Object.assign(this, new Moved());
  }
}

/** A store with its traffic counted. A batch's row counts twice, for it goes into an hour and into all time. */
export function withTraffic(store: Store, moved: Moved): Store {
  const apply = (batch: Batch): ReturnType<Store["apply"]> => {
    for (const { places, members, rows } of batch.guilds) {
      moved.wrote(rows.hour.length * 2, bytesOf(rows) * 2);
      moved.wrote(places.length + members.length, (places.length + members.length) * ID_BYTES);
    }
    return store.apply(batch);
  };
  const load = async (guildId: Snowflake, { take, ...request }: LoadRequest): Promise<GuildSnapshot> => {
    // All in one piece, to be looked at.
    const snapshot = await store.load(guildId, request);
    const { places, members, hourly, lifetime } = snapshot;
    moved.reads++;
    moved.read(hourly.hour.length + lifetime.place.length, bytesOf(hourly) + bytesOf(lifetime));
    moved.read(places.length + members.length, (places.length + members.length) * ID_BYTES);
    return snapshot;
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === "apply") return apply;
      if (name === "load") return load;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Bytes that this process has read and written by system calls, sockets included; `null` where no `/proc` tells. */
export function systemBytes(): { readonly read: number; readonly written: number } | null {
  try {
    const io = readFileSync("/proc/self/io", "utf8");
    return { read: Number(/rchar: (\d+)/.exec(io)?.[1]), written: Number(/wchar: (\d+)/.exec(io)?.[1]) };
  } catch {
    return null;
  }
}

/** Bytes of all columns, whatever they are. */
function bytesOf(rows: object): number {
  return Object.values(rows).reduce<number>(
    (sum, column: unknown) => sum + (ArrayBuffer.isView(column) ? column.byteLength : 0),
    0,
  );
}
