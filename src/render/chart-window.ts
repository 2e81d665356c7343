import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Box } from "./layout.ts";
import { upright } from "./mirror.ts";
import { directionOf } from "./text.ts";

const OPPOSITE = { left: "right", right: "left", center: "center", start: "end", end: "start" } as const;

/**
 * The card's context as Chart.js expects one: a canvas of the box's size whose origin is the box's corner. Chart.js
 * sets sizes and resets transforms, which must not reach the rest of the card; and its text stays upright in a mirror.
 */
export function chartWindow(context: SKRSContext2D, box: Box): object {
  const outer = context.getTransform();
  const canvas = { width: box.width, height: box.height, style: {}, getContext: (): object => view };
  const toCorner = (): void => {
    context.setTransform(outer.a, outer.b, outer.c, outer.d, outer.e, outer.f);
    context.translate(box.x, box.y);
  };
  const replaced: Readonly<Record<PropertyKey, unknown>> = {
    canvas,
    setTransform: (a: number, b: number, c: number, d: number, e: number, f: number) => {
      toCorner();
      context.transform(a, b, c, d, e, f);
    },
    resetTransform: toCorner,
    // The panel is the chart's background.
    clearRect: () => undefined,
    fillText: (text: string, x: number, y: number) => {
      context.direction = directionOf(context, text);
      upright(context, { x, width: 0 }, (start) => {
        const { textAlign } = context;
        if (start === "right") context.textAlign = OPPOSITE[textAlign];
        context.fillText(text, x, y);
        context.textAlign = textAlign;
      });
    },
  };
  const view = new Proxy(context, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return replaced[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
  return view;
}
