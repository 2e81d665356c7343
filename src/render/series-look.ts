import type { SeriesRole } from "../cards/card.ts";
import { mixed } from "./colour.ts";
import type { Theme } from "./themes.ts";

/** How a series is drawn, in the chart and in its legend. No two roles share both dash and marker. */
export interface SeriesLook {
  /** Which of the theme's colours; roles that appear together have different ones. */
  readonly tone: 0 | 1 | 2;
  /** Of a line: lengths of strokes and gaps, pixels at a width of 3; none is a solid line. */
  readonly dash: readonly number[];
  /** How strokes end. */
  readonly cap: "butt" | "round";
  readonly marker: Marker;
  /** Bars that are outlined, not filled, beside others that are. */
  readonly isHollow: boolean;
}

/** As Chart.js draws points. */
interface Marker {
  readonly pointStyle: "circle" | "rect" | "rectRot" | "triangle";
  /** Degrees. */
  readonly rotation: number;
}

const CIRCLE: Marker = { pointStyle: "circle", rotation: 0 };
const SQUARE: Marker = { pointStyle: "rect", rotation: 0 };
const DIAMOND: Marker = { pointStyle: "rectRot", rotation: 0 };
const UP: Marker = { pointStyle: "triangle", rotation: 0 };
const DOWN: Marker = { pointStyle: "triangle", rotation: 180 };

const SOLID = { dash: [], cap: "butt" } as const;
const DASHED = { dash: [8, 5], cap: "butt" } as const;
const DOTTED = { dash: [2, 5], cap: "round" } as const;

export const LOOKS: Readonly<Record<SeriesRole, SeriesLook>> = {
  messages: { tone: 0, ...SOLID, marker: SQUARE, isHollow: false },
  voice: { tone: 1, ...DASHED, marker: CIRCLE, isHollow: false },
  activities: { tone: 2, ...DOTTED, marker: UP, isHollow: false },
  joins: { tone: 0, ...SOLID, marker: UP, isHollow: false },
  leaves: { tone: 1, ...DASHED, marker: DOWN, isHollow: true },
  members: { tone: 2, ...SOLID, marker: DIAMOND, isHollow: false },
  first: { tone: 0, ...SOLID, marker: CIRCLE, isHollow: false },
  second: { tone: 1, ...DASHED, marker: SQUARE, isHollow: true },
};

export function colourOf(role: SeriesRole, theme: Theme): string {
  return theme.series[LOOKS[role].tone];
}

/** What bars are filled with. */
export function fillOf(role: SeriesRole, theme: Theme): string {
  const colour = colourOf(role, theme);
  return LOOKS[role].isHollow ? mixed(theme.panel, colour, 0.25) : colour;
}
