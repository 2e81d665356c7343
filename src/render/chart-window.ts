import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Box } from "./layout.ts";
import { upright } from "./mirror.ts";
import { directionOf } from "./text.ts";

const OPPOSITE = { left: "right", right: "left", center: "center", start: "end", end: "start" } as const;

/** Where a context's chart is: its box, and how the card around it is turned. */
interface Place {
  box: Box;
  outer: ReturnType<SKRSContext2D["getTransform"]>;
}

interface Window {
  readonly view: object;
  readonly place: Place;
  readonly canvas: { width: number; height: number };
}

/** One for all charts of a context: Chart.js asks for a method a thousand times a chart, and gets it bound already. */
const windows = new WeakMap<SKRSContext2D, Window>();

/**
 * The card's context as Chart.js expects one: a canvas of the box's size whose origin is the box's corner. Chart.js
 * sets sizes and resets transforms, which must not reach the rest of the card; and its text stays upright in a mirror.
 * It is the window of the context's newest chart: no two may be drawn at a time.
 */
export function chartWindow(context: SKRSContext2D, box: Box): object {
  const outer = context.getTransform();
  const kept = windows.get(context);
  const window = kept ?? windowOf(context, { box, outer });
  if (kept) Object.assign(kept.place, { box, outer });
  else windows.set(context, window);
  Object.assign(window.canvas, { width: box.width, height: box.height });
  return window.view;
}

function windowOf(context: SKRSContext2D, place: Place): Window {
  const toCorner = (): void => {
    const { a, b, c, d, e, f } = place.outer;
    context.setTransform(a, b, c, d, e, f);
    context.translate(place.box.x, place.box.y);
  };
  const view: object = {};
  const canvas = { width: 0, height: 0, style: {}, getContext: (): object => view };
  for (const [name, descriptor] of membersOf(context)) Object.defineProperty(view, name, descriptor);
  Object.assign(view, {
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
  });
  Object.defineProperty(view, "canvas", { value: canvas });
  return { view, place, canvas };
}

/** What a context has, for another object that has the same. */
function membersOf(context: SKRSContext2D): ReadonlyMap<PropertyKey, PropertyDescriptor> {
  const members = new Map<PropertyKey, PropertyDescriptor>();
  for (
    let owner: object | null = context;
    owner !== null && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    for (const name of Reflect.ownKeys(owner)) {
      if (name === "constructor" || name === "canvas" || members.has(name)) continue;
      const value: unknown = Reflect.getOwnPropertyDescriptor(owner, name)?.value;
      if (typeof value === "function") members.set(name, { value: value.bind(context), writable: true });
      else
        members.set(name, {
          get: () => Reflect.get(context, name),
          set: (to: unknown) => Reflect.set(context, name, to),
        });
    }
  }
  return members;
}
