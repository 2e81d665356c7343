import { ok, problem } from "../../finding.ts";
import { readCopyProgress } from "../half-copied.ts";
import type { Check } from "./finding.ts";

/** A file into which a copy was cut off holds what it should in part only, and no bot opens it. */
export const copied: Check = {
  name: "copy",
  run(database) {
    const progress = readCopyProgress(database);
    if (progress === null) return ok("it is not half of a copy");
    return problem(
      `it holds half of a copy of ${progress.source}`,
      "finish it by the same guildstats copy, or delete the file",
    );
  },
};
