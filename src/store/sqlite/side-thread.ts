import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { asError, GuildStatsError } from "../../errors.ts";
import { BUSY_TIMEOUT_MS } from "./open-database.ts";

export type SqlValue = number | bigint | string | null;

export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** Statements that the side thread runs as one transaction, and how it then empties the write-ahead log. */
export interface SideTask {
  readonly statements: readonly SqlStatement[];
  /** PASSIVE moves what it can into the file; TRUNCATE also cuts the log to nothing, or says that it is busy. */
  readonly checkpoint: "NONE" | "PASSIVE" | "TRUNCATE";
}

export interface SideAnswer {
  /** How many rows each statement changed. */
  readonly changes: readonly number[];
  /** Whether a reader kept the log from being emptied. */
  readonly busy: boolean;
}

/** Rows of a query, each an array of its columns. */
export type SideRows = readonly (readonly SqlValue[])[];

/**
 * A query that is asked once or again and again. Each of its rows is a number and a text of numbers with commas between
 * them, not NULL: a text comes out of SQLite several times faster than as many rows.
 */
export interface SideGroups {
  readonly sql: string;
  /** The parameters of each time. */
  readonly each: readonly (readonly SqlValue[])[];
}

/** The rows of {@link SideGroups}: row `i` began with `keys[i]`, its numbers are `values[ends[i - 1]] … values[ends[i] - 1]`. */
export interface SideGroupsAnswer {
  readonly keys: Float64Array;
  readonly values: Float64Array;
  readonly ends: Float64Array;
}

/**
 * Queries of one moment. Numbers come as text with commas between them, which SQLite and the parser of JSON make and read
 * several times faster than as many values would pass from C++ to JavaScript.
 */
export interface SideMoment {
  /** Of numbers alone: they come row after row in one array, which is moved and not copied. */
  readonly numbers?: SqlStatement;
  readonly groups?: readonly SideGroups[];
  /** Each row one text: a text is copied many times faster than rows. */
  readonly texts: readonly SqlStatement[];
}

export interface SideMomentAnswer {
  readonly numbers: Float64Array;
  readonly groups: readonly SideGroupsAnswer[];
  readonly texts: readonly (readonly string[])[];
}

/** An answer whose last part is still being read. */
export interface SidePartsAnswer extends SideMomentAnswer {
  /** To be gone through once. */
  readonly parts: AsyncIterable<SideGroupsAnswer>;
}

interface Reply extends SideAnswer, SideMomentAnswer {
  readonly id: number;
  readonly rows: SideRows;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** What comes before the reply of a task that is answered in parts. */
type Early =
  | { readonly id: number; readonly first: SideMomentAnswer }
  | { readonly id: number; readonly part: SideGroupsAnswer };

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
  /** Takes what comes before the reply. */
  readonly parts?: Parts;
}

/** Numbers of a part: nearly as many rows, a few milliseconds of reading. */
const PART_NUMBERS = 16_384;

// A worker of plain JavaScript in a string runs alike from TypeScript sources and from a built package.
const CODE = `
const { parentPort, workerData } = require("node:worker_threads");
const Database = require(workerData.library);
let database = null;
// By the first task, and again by the next one if that failed: whoever asks is told why.
const open = () => {
  const opened = new Database(workerData.path, { fileMustExist: true, timeout: workerData.timeout });
  try {
    for (const pragma of workerData.pragmas) opened.pragma(pragma);
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
};
const run = (statements) =>
  statements.map(({ sql, parameters }) => database.prepare(sql).run(...parameters).changes);
class Numbers {
  #values = new Float64Array(4096);
  length = 0;
  add(text) {
    const found = JSON.parse("[" + text + "]");
    if (this.length + found.length > this.#values.length) {
      const grown = new Float64Array((this.length + found.length) * 2);
      grown.set(this.#values.subarray(0, this.length));
      this.#values = grown;
    }
    this.#values.set(found, this.length);
    this.length += found.length;
    return this.length;
  }
  get values() {
    return this.#values.slice(0, this.length);
  }
}
const readParts = function* ({ sql, each }, most) {
  const statement = database.prepare(sql).raw();
  let numbers = new Numbers();
  let [keys, ends] = [[], []];
  const part = () => ({ keys: Float64Array.from(keys), values: numbers.values, ends: Float64Array.from(ends) });
  for (const parameters of each) {
    for (const [key, text] of statement.iterate(...parameters)) {
      if (numbers.length >= most) {
        yield part();
        numbers = new Numbers();
        [keys, ends] = [[], []];
      }
      keys.push(key);
      ends.push(numbers.add(text));
    }
  }
  yield part();
};
const readGroups = (groups) => readParts(groups, Infinity).next().value;
const read = ({ numbers, groups = [], texts }) => ({
  numbers: Float64Array.from(numbers ? database.prepare(numbers.sql).raw().all(...numbers.parameters).flat() : []),
  groups: groups.map(readGroups),
  texts: texts.map(({ sql, parameters }) => database.prepare(sql).pluck().all(...parameters)),
});
const buffersOf = ({ numbers, groups }) =>
  [numbers, ...groups.flatMap(({ keys, values, ends }) => [keys, values, ends])].map(({ buffer }) => buffer);
const readInParts = ({ id, moment, parts }) => {
  const first = read(moment);
  parentPort.postMessage({ id, first }, buffersOf(first));
  for (const part of readParts(parts, ${PART_NUMBERS}))
    parentPort.postMessage({ id, part }, [part.keys.buffer, part.values.buffer, part.ends.buffer]);
};
parentPort.on("message", (task) => {
  if (task === "close") {
    database?.close();
    parentPort.close();
    return;
  }
  const reply = { id: task.id, changes: [], rows: [], numbers: new Float64Array(), groups: [], texts: [], busy: false, error: null };
  try {
    database ??= open();
    if (task.query) {
      reply.rows = database.prepare(task.query.sql).raw().all(...task.query.parameters);
    } else if (task.parts) {
      database.transaction(readInParts)(task);
    } else if (task.moment) {
      Object.assign(reply, database.transaction(read)(task.moment));
    } else {
      reply.changes = database.transaction(run).immediate(task.statements);
      if (task.checkpoint !== "NONE") {
        reply.busy = database.pragma("wal_checkpoint(" + task.checkpoint + ")")[0].busy !== 0;
      }
    }
  } catch (error) {
    reply.error = { code: String(error.code), message: error.message };
  }
  parentPort.postMessage(reply, buffersOf(reply));
});
`;

type Task =
  | SideTask
  | { readonly query: SqlStatement }
  | { readonly moment: SideMoment; readonly parts?: SideGroups };

/** Parts that come while others are looked at. */
class Parts implements AsyncIterable<SideGroupsAnswer> {
  readonly first: Promise<SideMomentAnswer>;
  #firstCame: (answer: SideMomentAnswer) => void = () => undefined;
  #firstFailed: (error: Error) => void = () => undefined;
  readonly #waiting: SideGroupsAnswer[] = [];
  #ended = false;
  #error: Error | null = null;
  #wake: () => void = () => undefined;

  constructor() {
    this.first = new Promise((resolve, reject) => {
      this.#firstCame = resolve;
      this.#firstFailed = reject;
    });
  }

  take(message: Early): void {
    if ("first" in message) this.#firstCame(message.first);
    else this.#waiting.push(message.part);
    this.#wake();
  }

  end(error: Error | null): void {
    this.#ended = true;
    this.#error = error;
    // Heard by nobody once the first answer has come.
    if (error !== null) this.#firstFailed(error);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SideGroupsAnswer, void, void> {
    for (;;) {
      const part = this.#waiting.shift();
      if (part !== undefined) yield part;
      else if (this.#error !== null) throw this.#error;
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}

/** Keeps ids out of free space, and an erasure's copies out of temporary files. */
const PRAGMAS = [
  "synchronous = NORMAL",
  "secure_delete = ON",
  "temp_store = MEMORY",
  "wal_autocheckpoint = 0",
];

/** A second connection on a thread of its own, for what waits for the disk or takes long. */
export class SideThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #ended: Error | null = null;
  #tasks = 0;

  constructor(path: string) {
    const library = createRequire(import.meta.url).resolve("better-sqlite3");
    const workerData = { library, path, pragmas: PRAGMAS, timeout: BUSY_TIMEOUT_MS };
    this.#worker = new Worker(CODE, { eval: true, workerData });
    this.#worker.unref();
    this.#worker.on("message", (message: Reply | Early) => {
      if ("first" in message || "part" in message) this.#waiting.get(message.id)?.parts?.take(message);
      else this.#settle(message);
    });
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () =>
      this.#end(new GuildStatsError("STORE_FAILED", "the side thread has ended")),
    );
  }

  run(task: SideTask): Promise<SideAnswer> {
    return this.#ask(task);
  }

  /** Reads, and neither writes nor moves the log. For a few rows: all come back in one piece. */
  async query(statement: SqlStatement): Promise<SideRows> {
    return (await this.#ask({ query: statement })).rows;
  }

  /** Reads as {@link query} does, for many rows. */
  async readAtOnce(moment: SideMoment): Promise<SideMomentAnswer> {
    return await this.#ask({ moment });
  }

  /**
   * Reads as {@link readAtOnce} does, and then others of the same moment in parts: each is there when it is read. An error
   * comes with the part that it takes the place of.
   */
  async readInParts(moment: SideMoment, groups: SideGroups): Promise<SidePartsAnswer> {
    const parts = new Parts();
    this.#ask({ moment, parts: groups }, parts).then(
      () => parts.end(null),
      (error) => parts.end(asError(error)),
    );
    return { ...(await parts.first), parts };
  }

  #ask(task: Task, parts?: Parts): Promise<Reply> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#tasks;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, ...(parts && { parts }) });
      // The process must not end before a task that someone waits for.
      this.#worker.ref();
      this.#worker.postMessage({ ...task, id });
    });
  }

  /** Ends the thread after what was asked of it. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    this.#worker.ref();
    this.#worker.postMessage("close");
    await exited;
  }

  #settle(reply: Reply): void {
    const { id, error } = reply;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (error === null) waiting?.resolve(reply);
    else waiting?.reject(Object.assign(new Error(error.message), { code: error.code }));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
