import { once } from "node:events";
import Database from "better-sqlite3";

/** Another program that holds a database for writing until it is told to let go. */
const database = new Database(process.argv[2] ?? "");
database.exec("BEGIN EXCLUSIVE");
process.send?.("locked");
await once(process, "message");
database.exec("COMMIT");
database.close();
process.disconnect();
