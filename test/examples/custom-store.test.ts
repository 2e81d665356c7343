import { tellingSlowCalls } from "../../examples/custom-store/slow-calls.ts";
import { storeConformance } from "../store/conformance.ts";
import { sqlitePlace } from "../store/sqlite-place.ts";

storeConformance("a store around another", async () => {
  const place = await sqlitePlace();
  return { ...place, store: () => tellingSlowCalls(place.store(), 0, () => undefined) };
});
