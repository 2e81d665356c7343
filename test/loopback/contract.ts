import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { INVALID_FORM_BODY, RestError } from "./rest-server.ts";

const description: object = JSON.parse(
  readFileSync(join(import.meta.dirname, "openapi/discord-schemas.json"), "utf8"),
);

/** The request bodies that GuildStats sends, by their names in Discord's API description. */
export type BodySchema =
  | "ApplicationCommandCreateRequest"
  | "CreateMessageInteractionCallbackRequest"
  | "UpdateMessageInteractionCallbackRequest"
  | "IncomingWebhookRequestPartial"
  | "MessageCreateRequest"
  | "MessageEditRequestPartial"
  | "IncomingWebhookUpdateForInteractionCallbackRequestPartial";

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(description, "discord");

/** What is wrong with a body by Discord's own description; empty when nothing is. */
export function violations(schema: BodySchema, body: unknown): string[] {
  const validate = ajv.getSchema(`discord#/components/schemas/${schema}`);
  if (!validate) throw new Error(`the API description has no ${schema}`);
  if (validate(body)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || "/"} ${message ?? "is invalid"}`,
  );
}

/** @throws RestError when Discord's API description refuses the body */
export function checkBody(schema: BodySchema, body: unknown): void {
  const errors = violations(schema, body);
  if (errors.length === 0) return;
  const named = errors.map((error) => `${schema} ${error}`);
  throw new RestError(400, INVALID_FORM_BODY, "Invalid Form Body", named);
}
