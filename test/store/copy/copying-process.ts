// Copies one address into another in small pages, until it is done, or kills itself when so many were told: whoever were to kill it
// from outside might come when all is copied.
import { copySourceAt, copyTargetAt, storeAddress } from "../../../src/store/address.ts";
import { copy } from "../../../src/store/copy/copy.ts";

const [, , from = "", into = "", killedAt = ""] = process.argv;
let told = 0;
await using source = await copySourceAt(storeAddress(from));
await using target = await copyTargetAt(storeAddress(into));
await copy(source, target, {
  pageRows: 50,
  onProgress: () => {
    if (++told === Number(killedAt)) process.kill(process.pid, "SIGKILL");
  },
});
