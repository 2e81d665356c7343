import { z } from "zod";
import { checkBody } from "./contract.ts";
import type { LoopbackInteraction } from "./interaction.ts";
import { LOADING, messageBody, sentParts } from "./message-parts.ts";
import type { Channel, Message, User } from "./payloads.ts";
import { INVALID_FORM_BODY, RestError, type RestRequest } from "./rest-server.ts";
import type { World } from "./world.ts";

const EPHEMERAL = 64;
/** How long an interaction may wait for its first answer, and its token for edits (Discord's documentation). */
const FIRST_ANSWER_MS = 3_000;
const TOKEN_MS = 15 * 60_000;

const callbackBody = z.object({ type: z.number(), data: messageBody.nullish() });
/** Discord's bounds (API reference, "Autocomplete"); its API description is silent about the answer's form. */
const suggestionsBody = z.object({
  type: z.literal(8),
  data: z.object({
    choices: z
      .array(z.object({ name: z.string().min(1).max(100), value: z.string().min(1).max(100) }))
      .max(25),
  }),
});

/** The part of Discord that takes answers to interactions: callbacks, edits, follow-ups, deletions. */
export class Answers {
  readonly byToken = new Map<string, LoopbackInteraction>();
  /** How much later than now it is for deadlines; lets a test be late without waiting. */
  lateByMs = 0;
  readonly #files: Map<string, Buffer>;
  readonly #me: User;
  readonly #place: (channelId: string) => { readonly guild: World; readonly channel: Channel };
  readonly #dispatch: (event: string, body: object) => void;
  readonly #url: () => string;

  constructor(
    files: Map<string, Buffer>,
    me: User,
    place: (channelId: string) => { readonly guild: World; readonly channel: Channel },
    dispatch: (event: string, body: object) => void,
    url: () => string,
  ) {
    this.#files = files;
    this.#me = me;
    this.#place = place;
    this.#dispatch = dispatch;
    this.#url = url;
  }

  /** POST /interactions/:id/:token/callback */
  callback(token: string, request: RestRequest): object | null {
    const interaction = this.byToken.get(token);
    const ageMs = performance.now() - (interaction?.createdAtMs ?? 0) + this.lateByMs;
    if (!interaction || (interaction.state === "pending" && ageMs > FIRST_ANSWER_MS)) {
      throw new RestError(404, 10062, "Unknown interaction");
    }
    if (interaction.state !== "pending") {
      throw new RestError(400, 40060, "Interaction has already been acknowledged.");
    }
    if (interaction.isAutocomplete) return this.#suggest(interaction, request);
    const { type, data } = callbackBody.parse(request.body);
    const updates = type === 6 || type === 7;
    if (updates && !interaction.isComponent)
      throw new RestError(400, INVALID_FORM_BODY, "Invalid Form Body", ["type: no message to update"]);
    checkBody(
      updates ? "UpdateMessageInteractionCallbackRequest" : "CreateMessageInteractionCallbackRequest",
      request.body,
    );
    interaction.ackMs = performance.now() - interaction.createdAtMs;
    const inner = { ...request, body: data ?? {} };
    switch (type) {
      case 4:
        this.#show(interaction, this.#make(interaction, inner, null, (data?.flags ?? 0) & EPHEMERAL));
        break;
      case 5: {
        interaction.deferredFlags = (data?.flags ?? 0) & EPHEMERAL;
        interaction.original = this.#make(
          interaction,
          { ...inner, body: {} },
          null,
          interaction.deferredFlags | LOADING,
        );
        interaction.state = "deferred";
        // The bot's own placeholder arrives as a message of its channel, too.
        if (!interaction.deferredFlags) this.#dispatch("MESSAGE_CREATE", interaction.original);
        break;
      }
      case 6:
        interaction.state = "deferred-update";
        break;
      case 7:
        this.#show(
          interaction,
          this.#make(interaction, inner, interaction.original, interaction.original?.flags ?? 0),
        );
        break;
      default:
        throw new RestError(400, INVALID_FORM_BODY, "Invalid Form Body", [
          `type: ${type} is not answered here`,
        ]);
    }
    interaction.emit("change");
    if (request.query.get("with_response") !== "true") return null;
    const message = interaction.original;
    return {
      interaction: {
        id: interaction.id,
        type: interaction.isComponent ? 3 : 2,
        response_message_id: message?.id,
      },
      resource: { type, ...(message ? { message } : {}) },
    };
  }

  #suggest(interaction: LoopbackInteraction, { body }: RestRequest): null {
    const parsed = suggestionsBody.safeParse(body);
    if (!parsed.success)
      throw new RestError(400, INVALID_FORM_BODY, "Invalid Form Body", [parsed.error.message]);
    interaction.suggestions = parsed.data.data.choices;
    interaction.state = "answered";
    interaction.emit("change");
    return null;
  }

  /** POST, PATCH, GET or DELETE /webhooks/:application/:token[/messages/:id] */
  webhook(token: string, messageId: string | undefined, request: RestRequest): object | null | undefined {
    const interaction = this.byToken.get(token);
    if (!interaction || interaction.state === "pending") throw new RestError(404, 10015, "Unknown Webhook");
    if (performance.now() - interaction.createdAtMs + this.lateByMs > TOKEN_MS) {
      throw new RestError(401, 50027, "Invalid Webhook Token");
    }
    if (messageId === undefined)
      return request.method === "POST" ? this.#followUp(interaction, request) : undefined;
    const target =
      messageId === "@original"
        ? interaction.original
        : interaction.followUps.find(({ id }) => id === messageId);
    if (!target || interaction.state === "deleted") throw new RestError(404, 10008, "Unknown Message");
    switch (request.method) {
      case "GET":
        return target;
      case "PATCH": {
        checkBody("IncomingWebhookUpdateForInteractionCallbackRequestPartial", request.body);
        const edited = this.#make(interaction, request, target, target.flags & ~LOADING);
        this.#show(interaction, edited);
        interaction.emit("change");
        return edited;
      }
      case "DELETE":
        interaction.state = "deleted";
        interaction.original = null;
        interaction.emit("change");
        return null;
      default:
        return undefined;
    }
  }

  #followUp(interaction: LoopbackInteraction, request: RestRequest): Message {
    checkBody("IncomingWebhookRequestPartial", request.body);
    const flags = (messageBody.parse(request.body).flags ?? 0) & EPHEMERAL;
    const message = this.#make(interaction, request, null, flags);
    interaction.followUps.push(message);
    if (!flags) this.#dispatch("MESSAGE_CREATE", message);
    interaction.emit("change");
    return message;
  }

  #show(interaction: LoopbackInteraction, message: Message): void {
    const isNew = interaction.original?.id !== message.id;
    interaction.original = message;
    interaction.state = "answered";
    if (!(message.flags & EPHEMERAL)) this.#dispatch(isNew ? "MESSAGE_CREATE" : "MESSAGE_UPDATE", message);
  }

  #make(interaction: LoopbackInteraction, request: RestRequest, old: Message | null, flags: number): Message {
    const fields = sentParts(request, old, flags, this.#files, this.#url());
    const { guild, channel } = this.#place(interaction.channelId);
    if (old) return { ...old, ...fields };
    return guild.message(channel, this.#me, {
      ...fields,
      type: 20,
      webhook_id: this.#me.id,
      application_id: this.#me.id,
    });
  }
}
