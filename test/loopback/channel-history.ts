import type { Message } from "./payloads.ts";
import { INVALID_FORM_BODY, RestError } from "./rest-server.ts";
import { isOlder } from "./snowflake.ts";

const MOST = 100;
const DEFAULT_LIMIT = 50;

/** The messages of all channels, as `GET /channels/:id/messages` pages them. */
export class ChannelHistory {
  /** Oldest first. */
  readonly #byChannel = new Map<string, Message[]>();

  add(channelId: string, added: readonly Message[]): void {
    const all = this.#byChannel.get(channelId) ?? [];
    this.#byChannel.set(channelId, all);
    const [first] = added;
    const last = all.at(-1);
    const isInOrder = added.length === 1 && first && (!last || isOlder(last.id, first.id));
    for (const message of added) all.push(message);
    if (!isInOrder) all.sort((a, b) => (isOlder(a.id, b.id) ? -1 : 1));
  }

  replace(channelId: string, message: Message): void {
    const all = this.#byChannel.get(channelId) ?? [];
    const at = all.findIndex(({ id }) => id === message.id);
    if (at >= 0) all[at] = message;
  }

  remove(channelId: string, messageId: string): void {
    const all = this.#byChannel.get(channelId) ?? [];
    const at = all.findIndex(({ id }) => id === messageId);
    if (at >= 0) all.splice(at, 1);
  }

  /**
   * A page, newest first: the newest messages, those right before or right after an id, or those around it.
   * @throws RestError for a limit outside 1 to 100, and for two anchors at once
   */
  page(channelId: string, query: URLSearchParams): object[] {
    const limit = Number(query.get("limit") ?? DEFAULT_LIMIT);
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
      throw new RestError(400, INVALID_FORM_BODY, "Invalid Form Body", [
        `limit: ${limit} is not between 1 and ${MOST}`,
      ]);
    const [anchor, ...others] = ["before", "after", "around"].filter((name) => query.has(name));
    if (others.length > 0)
      throw new RestError(400, INVALID_FORM_BODY, "Invalid Form Body", [
        `${anchor} excludes ${others.join()}`,
      ]);
    const all = this.#byChannel.get(channelId) ?? [];
    const id = query.get(anchor ?? "") ?? "";
    const [from, to] = bounds(all, anchor, id, limit);
    return all
      .slice(Math.max(0, from), to)
      .reverse()
      .map(({ guild_id: _, ...message }) => ({ ...message, member: undefined }));
  }
}

function bounds(
  all: readonly Message[],
  anchor: string | undefined,
  id: string,
  limit: number,
): [from: number, to: number] {
  const at = anchor === undefined ? all.length : firstNotOlder(all, id);
  if (anchor === "after") {
    const from = all[at]?.id === id ? at + 1 : at;
    return [from, from + limit];
  }
  if (anchor === "around") return [at - Math.floor(limit / 2), at - Math.floor(limit / 2) + limit];
  return [at - limit, at];
}

function firstNotOlder(all: readonly Message[], id: string): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isOlder(all[middle]?.id ?? "", id)) low = middle + 1;
    else high = middle;
  }
  return low;
}
