import { type Figure, isMet, type Unit } from "./figure.ts";

/** Figures as a Markdown table, notes below it. */
export function markdownTable(title: string, figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what,
    quantity(figure.value, figure.unit),
    figure.baseline ? `${quantity(figure.baseline.value, figure.unit)} (${figure.baseline.what})` : "",
    change(figure),
    goalOf(figure),
    verdict(figure),
  ]);
  const lines = [["figure", "measured", "beside", "change", "goal", "met"], Array(6).fill("---"), ...rows];
  const notes = figures.flatMap(({ what, note }) => (note === undefined ? [] : [`- ${what}: ${note}`]));
  return [
    `### ${title}`,
    "",
    ...lines.map((cells) => `| ${cells.join(" | ")} |`),
    ...(notes.length > 0 ? ["", ...notes] : []),
    "",
  ].join("\n");
}

function verdict(figure: Figure): string {
  const met = isMet(figure);
  if (met === null) return "";
  return met ? "yes" : "**no**";
}

function goalOf({ goal, unit }: Figure): string {
  if (goal === undefined) return "";
  switch (goal.kind) {
    case "at-most":
      return `≤ ${quantity(goal.value, unit)}`;
    case "at-least-of-baseline":
      return `≥ ${percent(goal.share)} of it`;
    case "saves":
      return goal.promised;
    default:
      return goal satisfies never;
  }
}

function change({ value, baseline, goal }: Figure): string {
  if (baseline === undefined) return "";
  if (goal?.kind === "at-least-of-baseline") return percent(value / baseline.value);
  const saved = 1 - value / baseline.value;
  if (saved >= 0.2) return `−${percent(saved)}`;
  return `× ${three(value / baseline.value)}`;
}

/** Shares near the whole keep the digits that tell them from it. */
function percent(share: number): string {
  const digits = share > 0.999 && share < 1 ? 2 : 1;
  return `${(share * 100).toFixed(digits).replace(/\.0$/, "")} %`;
}

function quantity(value: number, unit: Unit): string {
  if (unit === "bytes" && value >= 1e6) return `${three(value / 1e6)} MB`;
  if (unit === "bytes" && value >= 1e3) return `${three(value / 1e3)} kB`;
  if (unit === "per s") return `${three(value)} / s`;
  return `${three(value)} ${unit}`;
}

/** Three significant digits; more would be noise. */
function three(value: number): string {
  const rounded = value >= 1_000 ? Math.round(value) : Number(value.toPrecision(3));
  return rounded.toLocaleString("en", { maximumSignificantDigits: value >= 1_000 ? 6 : 3 });
}
