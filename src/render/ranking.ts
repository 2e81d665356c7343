import type { RankingRow } from "../cards/card.ts";
import { type Brush, drawNoted, drawPicture, drawShare } from "./brush.ts";
import { type Box, rowBoxes } from "./layout.ts";
import { drawText, widthOf } from "./text.ts";
import { tintOf } from "./themes.ts";

const PICTURE = 32;
const PLACE = { size: 18, weight: 600 } as const;
const PLACE_WIDTH = 20;
/** Wider places shrink: the name matters more. */
const MAX_PLACE_WIDTH = 60;
/** How far a row that is set off reaches beyond its content. */
const OWN = 8;

/** Rows of a ranking: place, picture, name and value, and a bar below the last two. */
export function drawRanking(brush: Brush, rows: readonly RankingRow[], box: Box): void {
  const { context, theme } = brush;
  const style = { ...PLACE, colour: theme.muted, align: "start" } as const;
  const widths = rows.map(({ place }) => widthOf(context, brush.number(place), style));
  const placeWidth = Math.min(Math.max(PLACE_WIDTH, ...widths), MAX_PLACE_WIDTH);
  const boxes = rowBoxes(box, rows.length);
  for (const [index, room] of boxes.entries()) {
    const row = rows[index];
    if (row) drawRank(brush, row, room, placeWidth);
  }
  for (const index of gapsIn(rows)) {
    const room = boxes[index];
    if (room) drawGap(brush, room);
  }
}

/**
 * Before which rows others are left out: a place is further down than the rows above account for. Equal values share
 * a place, so that places may stay behind, but never run ahead.
 */
export function gapsIn(rows: readonly Pick<RankingRow, "place">[]): number[] {
  let [start, from] = [rows[0]?.place ?? 1, 0];
  return rows.flatMap(({ place }, index) => {
    if (place <= start + index - from) return [];
    [start, from] = [place, index];
    return [index];
  });
}

function drawRank(
  brush: Brush,
  { place, subject, note, value, share, isOwn }: RankingRow,
  box: Box,
  placeWidth: number,
): void {
  const { context, theme, accent } = brush;
  const middle = Math.round(box.y + box.height / 2);
  // Without a bar below it, the line stands in the middle.
  const baseline = share === null ? middle + 7 : middle + 3;
  if (isOwn) drawOwn(brush, { ...box, y: middle - 22, height: 44 });
  const placeRoom = { x: box.x, y: middle + 6, width: placeWidth };
  const placeColour = isOwn ? theme.text : theme.muted;
  drawText(context, brush.number(place), placeRoom, { ...PLACE, colour: placeColour, align: "start" });
  const pictured = box.x + placeWidth + 12;
  drawPicture(brush, subject, { x: pictured, y: middle - PICTURE / 2, size: PICTURE });
  const x = pictured + PICTURE + 12;
  const width = box.x + box.width - x;
  const valueRoom = { x: x + width * 0.45, y: baseline, width: width * 0.55 };
  const valueStyle = { size: 19, weight: 700, colour: theme.text, align: "end" } as const;
  const taken = drawText(context, value, valueRoom, valueStyle);
  drawNoted(
    brush,
    { text: subject.name, note },
    { x, y: baseline, width: width - taken - 14 },
    { size: 19, weight: isOwn ? 600 : 400, colour: theme.text, align: "start", smallest: 16 },
  );
  if (share !== null) drawShare(brush, { x, y: middle + 12, width, height: 6 }, share, accent);
}

function drawOwn({ context, theme, accent }: Brush, { x, y, width, height }: Box): void {
  context.beginPath();
  context.roundRect(x - OWN, y, width + 2 * OWN, height, 10);
  context.fillStyle = tintOf(theme, accent);
  context.fill();
  if (theme.outline === null) return;
  context.strokeStyle = accent;
  context.lineWidth = 2;
  context.stroke();
}

/** Three dots above a row, between its place and the one before. */
function drawGap({ context, theme }: Brush, { x, y }: Box): void {
  context.fillStyle = theme.muted;
  for (const step of [0, 1, 2]) {
    context.beginPath();
    context.arc(x + 6, Math.round(y) - 1 - step * 6, 1.5, 0, Math.PI * 2);
    context.fill();
  }
}
