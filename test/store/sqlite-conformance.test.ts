import { sqlite } from "../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { storeConformance } from "./conformance.ts";

storeConformance("SQLite", async () => {
  const folder = temporaryFolder();
  return {
    store: () => sqlite(folder.file("stats.db")),
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
    },
  };
});
