import { PGlite } from "@electric-sql/pglite";
import { afterAll } from "vitest";
import { PgliteDatabase } from "../pglite-database.ts";
import { copies } from "./copies.ts";
import { postgresCopyPlaces, sqliteCopyPlace } from "./copy-place.ts";

const pglite = await PGlite.create();
afterAll(() => pglite.close());

const database = new PgliteDatabase(pglite);
const schema = postgresCopyPlaces(() => database, "copied");

copies("SQLite into SQLite", sqliteCopyPlace, sqliteCopyPlace);
copies("SQLite into PostgreSQL", sqliteCopyPlace, schema);
copies("PostgreSQL into SQLite", schema, sqliteCopyPlace);
copies("PostgreSQL into PostgreSQL", schema, schema);
