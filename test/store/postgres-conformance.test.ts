import { PGlite } from "@electric-sql/pglite";
import { afterAll, describe } from "vitest";
import { changesConformance } from "./changes-conformance.ts";
import { storeConformance } from "./conformance.ts";
import { leasesConformance } from "./leases-conformance.ts";
import { PgliteDatabase } from "./pglite-database.ts";
import { postgresBot } from "./postgres-bot.ts";
import { postgresClaims } from "./postgres-claims.ts";
import { PostgresPlaces } from "./postgres-places.ts";
import { sharingClaims } from "./sharing-claims.ts";

const pglite = await PGlite.create();
afterAll(() => pglite.close());

const database = new PgliteDatabase(pglite);
const places = new PostgresPlaces(() => database, "conformance");

storeConformance("PostgreSQL within the process", () => places.place());
leasesConformance("PostgreSQL within the process", () => places.place());

describe("PostgreSQL within the process", () => {
  postgresClaims(places);
  postgresBot(places);
  changesConformance(() => places.place());
  sharingClaims(places);
});
