import type { SKRSContext2D } from "@napi-rs/canvas";

/** What a sign is drawn with: both colours contrast. */
export interface Ink {
  readonly sign: string;
  /** Of what the sign lies on, for what is cut out of it. */
  readonly ground: string;
}

/** Draws a sign round the origin, in units of a sixteenth of the circle that it stands in. */
export type Sign = (context: SKRSContext2D, ink: Ink) => void;

function filled(context: SKRSContext2D, colour: string, outline: () => void): void {
  context.fillStyle = colour;
  context.beginPath();
  outline();
  context.fill();
}

/** A loudspeaker with two waves. */
export const speaker: Sign = (context, { sign }) => {
  filled(context, sign, () => {
    context.moveTo(-4.5, -1.6);
    context.lineTo(-2.4, -1.6);
    context.lineTo(0.4, -4);
    context.lineTo(0.4, 4);
    context.lineTo(-2.4, 1.6);
    context.lineTo(-4.5, 1.6);
    context.closePath();
  });
  context.strokeStyle = sign;
  context.lineWidth = 1.2;
  for (const reach of [2.2, 4]) {
    context.beginPath();
    context.arc(0.6, 0, reach, -Math.PI / 4, Math.PI / 4);
    context.stroke();
  }
};

/** A speech bubble whose tail begins at `tail`. */
function bubble(context: SKRSContext2D, colour: string, x: number, y: number, width: number): void {
  const height = width * 0.7;
  filled(context, colour, () => context.roundRect(x, y, width, height, 1.4));
  filled(context, colour, () => {
    context.moveTo(x + 1.2, y + height - 0.6);
    context.lineTo(x + 3.6, y + height - 0.6);
    context.lineTo(x + 1.2, y + height + 1.8);
    context.closePath();
  });
}

/** Two speech bubbles, one answering the other. */
export const bubbles: Sign = (context, { sign, ground }) => {
  bubble(context, sign, -1.2, -3.8, 5.6);
  bubble(context, ground, -5.1, -1.7, 7);
  bubble(context, sign, -4.4, -1, 5.6);
};

/** A speech bubble with two lines of text. */
export const bubbleWithLines: Sign = (context, { sign, ground }) => {
  bubble(context, sign, -4, -3.6, 8);
  filled(context, ground, () => context.roundRect(-2.5, -2.2, 5, 1, 0.5));
  filled(context, ground, () => context.roundRect(-2.5, -0.2, 3.2, 1, 0.5));
};

export const folder: Sign = (context, { sign, ground }) => {
  filled(context, sign, () => context.roundRect(-4.2, -3.4, 4, 3, 0.8));
  filled(context, sign, () => context.roundRect(-4.2, -2.4, 8.4, 6, 0.9));
  filled(context, ground, () => context.rect(-4.2, -1.1, 8.4, 0.7));
};

export const shield: Sign = (context, { sign }) => {
  filled(context, sign, () => {
    context.moveTo(0, -4.4);
    context.quadraticCurveTo(1.8, -3, 3.8, -2.9);
    context.bezierCurveTo(3.9, 0.9, 2.6, 3.2, 0, 4.5);
    context.bezierCurveTo(-2.6, 3.2, -3.9, 0.9, -3.8, -2.9);
    context.quadraticCurveTo(-1.8, -3, 0, -4.4);
    context.closePath();
  });
};

export const gamePad: Sign = (context, { sign, ground }) => {
  filled(context, sign, () => context.roundRect(-4.8, -2.6, 9.6, 4.6, 2.3));
  for (const side of [-1, 1]) {
    filled(context, sign, () => context.ellipse(side * 3.4, 1.2, 1.5, 2.3, side * -0.35, 0, Math.PI * 2));
  }
  filled(context, ground, () => context.rect(-3.4, -0.8, 2.6, 0.8));
  filled(context, ground, () => context.rect(-2.5, -1.7, 0.8, 2.6));
  filled(context, ground, () => context.arc(1.5, 0.1, 0.65, 0, Math.PI * 2));
  filled(context, ground, () => context.arc(3, -0.9, 0.65, 0, Math.PI * 2));
};
