/** Where a value lies in a JSON document: object keys and array indices, outermost first. */
export type JsonPath = readonly PropertyKey[];

const PLAIN_KEY = /^[\p{L}\p{N}_-]+$/u;

/** The path in one line, `260.CHANNEL.123.total_messages`; keys that would be misread in it are quoted: `["a.b"]`. */
export function pathText(path: JsonPath): string {
  return path.reduce<string>((text, key) => {
    const name = String(key);
    if (!PLAIN_KEY.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/** A value from a file, short enough for an error message. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map || (typeof value === "object" && value !== null)) return "an object";
  return value === undefined ? "nothing" : String(value);
}
