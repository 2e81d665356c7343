import { systemClock } from "../clock.ts";
import type { LogFields, Logger } from "../logger.ts";

/**
 * A logger that prints a line of JSON each: `time` (Unix milliseconds), `level` (`"info"` and so on), `event`, the
 * event's fields, and `msg`. Whatever collects a container's output takes it as it is.
 */
export function jsonLog(print: (line: string) => void): Logger {
  const at =
    (level: "info" | "warn" | "error") =>
    (fields: LogFields, msg: string): void =>
      print(JSON.stringify({ time: systemClock.nowMs(), level, ...fields, msg }, plain));
  return { info: at("info"), warn: at("warn"), error: at("error") };
}

/** An error's fields that matter are not enumerable, and what Discord's errors add holds answers' tokens. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  const code: unknown = Reflect.get(value, "code");
  return { type: name, code, message, stack, cause };
}
