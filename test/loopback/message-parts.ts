import { z } from "zod";
import { componentViolations } from "./components-v2.ts";
import type { Attachment, Component, Message } from "./payloads.ts";
import { INVALID_FORM_BODY, RestError, type RestRequest } from "./rest-server.ts";
import { snowflake } from "./snowflake.ts";

export const LOADING = 128;
const IS_COMPONENTS_V2 = 1 << 15;

export const messageBody = z.object({
  content: z.string().nullish(),
  flags: z.number().nullish(),
  embeds: z.array(z.unknown()).nullish(),
  components: z.array(z.custom<Component>()).nullish(),
  attachments: z.array(z.object({ id: z.coerce.string(), description: z.string().nullish() })).nullish(),
  nonce: z.union([z.string(), z.number()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
});

/** What a request makes of a message, or of a new one. */
export type SentParts = Pick<Message, "content" | "components" | "attachments" | "flags">;

/**
 * Takes a message's body and files, as Discord takes them: what an edit leaves out stays.
 * @param flags those that the message has whatever the body says
 * @throws RestError for what Discord refuses
 */
export function sentParts(
  request: RestRequest,
  old: Message | null,
  flags: number,
  files: Map<string, Buffer>,
  url: string,
): SentParts {
  const body = messageBody.parse(request.body);
  const kept = (old?.attachments ?? []).filter(
    ({ id }) => body.attachments?.some((each) => each.id === id) ?? true,
  );
  const added = request.files.map((file): Attachment => {
    const id = snowflake();
    files.set(id, file.data);
    const entry = body.attachments?.find((each) => `files[${each.id}]` === file.field);
    return {
      id,
      filename: file.name,
      description: entry?.description ?? null,
      url: `${url}/attachments/${id}/${file.name}`,
      size: file.data.length,
    };
  });
  const content = body.content ?? old?.content ?? "";
  const components = body.components ?? old?.components ?? [];
  const attachments = [...kept, ...added];
  const isEmpty = content === "" && components.length === 0 && attachments.length === 0;
  if (isEmpty && !(flags & LOADING)) throw new RestError(400, 50006, "Cannot send an empty message");
  const parts = {
    content,
    components,
    attachments,
    // Once set, it stays.
    flags: flags | ((body.flags ?? 0) & IS_COMPONENTS_V2),
  };
  const names = attachments.map(({ filename }) => filename);
  const errors = componentViolations({ ...parts, content: body.content, embeds: body.embeds, files: names });
  if (errors.length > 0) throw new RestError(400, INVALID_FORM_BODY, "Invalid Form Body", errors);
  return parts;
}
