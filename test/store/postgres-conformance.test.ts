import { describe } from "vitest";
import { databaseOfFile } from "../support/database-of-file.ts";
import { changesConformance } from "./changes-conformance.ts";
import { storeConformance } from "./conformance.ts";
import { leasesConformance } from "./leases-conformance.ts";
import { postgresBot } from "./postgres-bot.ts";
import { postgresClaims } from "./postgres-claims.ts";
import { PostgresPlaces } from "./postgres-places.ts";
import { sharingClaims } from "./sharing-claims.ts";

const database = await databaseOfFile();
const places = new PostgresPlaces(() => database, "conformance");

storeConformance("PostgreSQL within the process", () => places.place());
leasesConformance("PostgreSQL within the process", () => places.place());

describe("PostgreSQL within the process", () => {
  postgresClaims(places);
  postgresBot(places);
  changesConformance(() => places.place());
  sharingClaims(places);
});
