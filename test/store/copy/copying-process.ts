// Copies one address into another in small pages, a line a page, until it is done or killed.
import { copySourceAt, copyTargetAt, storeAddress } from "../../../src/store/address.ts";
import { copy } from "../../../src/store/copy/copy.ts";

const [, , from = "", into = ""] = process.argv;
await using source = await copySourceAt(storeAddress(from));
await using target = await copyTargetAt(storeAddress(into));
await copy(source, target, { pageRows: 50, onProgress: ({ rows }) => console.log(rows) });
