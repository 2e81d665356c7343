import type {
  Card,
  Change,
  Chart,
  ChartSeries,
  Panel,
  RankingRow,
  Subject,
  SubjectKind,
  ThemeName,
} from "../../src/cards/card.ts";
import { type Amount, HARD_NAMES } from "./views.ts";

/** A card that has every kind of panel, or every kind of chart, drawn without views. */
export interface SampleCard {
  readonly name: string;
  readonly card: Card;
}

type Direction = Card["direction"];

const NUMBERS: Readonly<Record<Amount, readonly [string, string, string]>> = {
  none: ["0", "0 min", "0"],
  one: ["1", "1 min", "1"],
  lively: ["3,025", "34 h 13 min", "1,204"],
  huge: ["1,234,567,890", "12,345,678 h", "987,654,321"],
};
const SIZES: Readonly<Record<Amount, number>> = { none: 0, one: 1, lively: 240, huge: 1_234_567_890 };
const KINDS: readonly SubjectKind[] = [
  "member",
  "bot",
  "departed",
  "text",
  "voice",
  "forum",
  "thread",
  "category",
  "role",
  "activity",
  "gone-channel",
  "guild",
];

const WORDS = {
  ltr: {
    title: "The Northern Lights 🌌",
    subtitle: "Server statistics · People · Last 30 days · Page 2 of 13",
    footer: "Counting for 44 days",
    periods: ["24 hours", "7 days", "30 days", "All time", "Place"],
    note: "87 members",
    left: "left",
    chart: "Last 30 days · Asia/Tokyo time",
    empty: "Nothing was counted yet. Write a message or join a voice channel, and look again in a minute.",
    days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    scale: ["quiet", "busy"],
    summary: "Busiest: Friday, 21:00 to 22:00",
    month: "Mar",
    labels: ["Messages", "Hours in voice", "Activities"],
    growth: ["Joined", "Left", "Members"],
  },
  rtl: {
    title: "الأضواء الشمالية 🌌",
    subtitle: "إحصاءات الخادم · الأشخاص · آخر 30 يومًا · صفحة 2 من 13",
    footer: "يُحصى منذ 44 يومًا",
    periods: ["24 ساعة", "7 أيام", "30 يومًا", "منذ البداية", "المرتبة"],
    note: "87 عضوًا",
    left: "غادر",
    chart: "آخر 30 يومًا · توقيت Asia/Tokyo",
    empty: "لم يُحصَ شيء بعد. اكتب رسالة أو انضم إلى قناة صوتية، ثم انظر مرة أخرى بعد دقيقة.",
    days: ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
    scale: ["هادئ", "مزدحم"],
    summary: "الأكثر نشاطًا: الجمعة، من 21:00 إلى 22:00",
    month: "مارس",
    labels: ["الرسائل", "ساعات صوتية", "الأنشطة"],
    growth: ["انضموا", "غادروا", "الأعضاء"],
  },
} as const satisfies Record<Direction, unknown>;

const CHANGES: readonly (Change | null)[] = [
  { direction: "up", text: "12 %", spoken: "up 12 %", isJudged: true },
  { direction: "down", text: "60 %", spoken: "down 60 %", isJudged: true },
  { direction: "same", text: "as before", spoken: "as before", isJudged: true },
  { direction: "up", text: "×14", spoken: "up, 14 times as much", isJudged: true },
  null,
];

function sampleSubject(index: number, kind: SubjectKind, imageUrl: string | null = null): Subject {
  return {
    id: String(300000000000000000n + BigInt(index)),
    name: HARD_NAMES[index % HARD_NAMES.length] ?? "",
    imageUrl,
    kind,
    colour: kind === "role" ? ([0xe91e63, 0xfee75c, 0x010101, null][index % 4] ?? null) : null,
  };
}

/** @param own which row is set off; @param places from which row on places are further down */
function sampleRows(amount: Amount, length: number, own = 2, direction: Direction = "ltr"): RankingRow[] {
  const count = amount === "none" ? 0 : amount === "one" ? 1 : length;
  const far = amount === "huge" ? 123_456 : 17;
  return Array.from({ length: count }, (_, index) => ({
    place: index < 3 || length > 6 ? index + 1 : far + index,
    subject: sampleSubject(index, KINDS[index % KINDS.length] ?? "member"),
    note: index % 4 === 1 ? WORDS[direction].left : "",
    value: NUMBERS[amount][index % 3] ?? "",
    share: amount === "one" ? 1 : 0.6 / (index + 1),
    isOwn: index === own,
  }));
}

type PanelOf<Kind extends Panel["kind"]> = Extract<Panel, { readonly kind: Kind }>;

/** One panel of each kind. */
export function samplePanels(amount: Amount, direction: Direction = "ltr") {
  const words = WORDS[direction];
  const [count, time, other] = NUMBERS[amount];
  const isEmpty = amount === "none";
  const figures: PanelOf<"figures"> = {
    kind: "figures",
    title: words.labels[0],
    rows: words.periods.map((label, index) => ({
      label,
      value: [count, time, other][index % 3] ?? "",
      note: index === 3 ? "" : words.note,
      change: amount === "lively" || amount === "huge" ? (CHANGES[index] ?? null) : null,
    })),
  };
  const ranking: PanelOf<"ranking"> = {
    kind: "ranking",
    title: words.labels[1],
    rows: sampleRows(amount, 5, 3, direction),
  };
  const split: PanelOf<"split"> = {
    kind: "split",
    title: words.labels[1],
    rows: words.periods
      .slice(0, 4)
      .map((label, index) => ({ label, value: time, share: [1, 0.5, 0.002, 0][index] ?? 0 })),
  };
  const strip: PanelOf<"strip"> = { ...figures, kind: "strip" };
  const note: PanelOf<"note"> = { kind: "note", title: words.labels[1], text: words.empty };
  const comparison: PanelOf<"comparison"> = {
    kind: "comparison",
    title: words.chart,
    sides: [sampleSubject(3, "member"), sampleSubject(15, "voice")],
    rows: words.periods.map((label, index) => ({
      label,
      values: index % 2 === 0 ? [count, other] : [other, time],
      shares: isEmpty ? [0, 0] : index % 2 === 0 ? [1, 0.4] : [0.01, 1],
      changes: isEmpty ? [null, null] : [CHANGES[index] ?? null, CHANGES[(index + 1) % 5] ?? null],
    })),
  };
  const heatmap: PanelOf<"heatmap"> = {
    kind: "heatmap",
    title: words.chart,
    rows: words.days,
    columns: Array.from({ length: 24 }, (_, hour) => (hour % 6 === 0 ? `${hour}:00` : "")),
    values: Array.from({ length: 168 }, (_, at) => {
      if (amount === "one") return at === 117 ? 1 : 0;
      const [day, hour] = [Math.floor(at / 24), at % 24];
      const evening = Math.max(0, Math.sin(((hour - 9) / 24) * Math.PI * 2)) ** 2;
      return at === 117 ? 1 : Math.min(1, evening * (0.4 + 0.1 * day));
    }),
    scale: words.scale,
    summary: words.summary,
  };
  return { figures, strip, note, ranking, split, comparison, heatmap };
}

/** Charts of every make: one and three series, on both axes, up and down, a single known day. */
function sampleCharts(amount: Amount, direction: Direction = "ltr") {
  const words = WORDS[direction];
  const size = SIZES[amount];
  const firstDay = amount === "one" ? 29 : 4;
  const over = (make: (day: number) => number): (number | null)[] =>
    Array.from({ length: 30 }, (_, day) => (day < firstDay || (day > 14 && day < 17) ? null : make(day)));
  const series = (
    role: ChartSeries["role"],
    label: string,
    shape: ChartSeries["shape"],
    axis: ChartSeries["axis"],
    make: (day: number) => number,
  ): ChartSeries => ({ label, role, shape, axis, whole: role !== "voice", values: over(make) });
  const wave = (day: number, pace: number): number => 0.6 + 0.4 * Math.sin(day / pace);
  const messages = series("messages", words.labels[0], "bars", "left", (day) =>
    Math.ceil(size * wave(day, 1.3)),
  );
  const voice = series("voice", words.labels[1], "line", "right", (day) => (size / 40) * wave(day, 0.9));
  const activities = series(
    "activities",
    words.labels[2],
    "line",
    "right",
    (day) => (size / 90) * wave(day, 2),
  );
  const joins = series("joins", words.growth[0], "bars", "left", (day) =>
    Math.round((size / 20) * wave(day, 1)),
  );
  const leaves = series(
    "leaves",
    words.growth[1],
    "bars",
    "left",
    (day) => -Math.round((size / 30) * wave(day, 2)),
  );
  const members = series(
    "members",
    words.growth[2],
    "line",
    "right",
    (day) => size * 5 + Math.round(day * 1.9),
  );
  const first = series("first", HARD_NAMES[3], "line", "left", (day) => Math.ceil(size * wave(day, 1.7)));
  const second = series("second", HARD_NAMES[15], "line", "left", (day) => Math.ceil(size * wave(day, 0.8)));
  const labels = Array.from({ length: 30 }, (_, day) =>
    direction === "rtl" ? `${day + 1} ${words.month}` : `${words.month} ${day + 1}`,
  );
  const chart = (...all: ChartSeries[]): Chart => ({
    title: words.chart,
    labels,
    series: all,
    empty: amount === "none" ? words.empty : null,
  });
  return {
    both: chart(messages, voice),
    all: chart(messages, voice, activities),
    growth: chart(joins, leaves, members),
    members: chart({ ...members, axis: "left" }),
    compared: chart(first, second),
    barsCompared: chart({ ...first, shape: "bars" }, { ...second, shape: "bars" }),
    voice: chart({ ...voice, axis: "left" }),
  };
}

/** A card of these panels and this chart. */
export function sampleCard(amount: Amount, { direction = "ltr", ...rest }: Partial<Card> = {}): Card {
  const words = WORDS[direction];
  return {
    guildId: "100000000000000001",
    mode: "card",
    subject: { ...sampleSubject(0, "guild"), name: words.title },
    title: words.title,
    titleNote: "",
    subtitle: words.subtitle,
    bannerUrl: null,
    panels: [],
    chart: sampleCharts(amount, direction).both,
    footer: words.footer,
    locale: direction === "rtl" ? "ar-u-nu-latn" : "en",
    direction,
    theme: "dark",
    accent: null,
    iconUrl: null,
    alt: "",
    ...rest,
  };
}

/** Every kind of panel and chart in cards as they are composed, of one amount. */
export function sampleCards(
  amount: Amount,
  { theme = "dark", direction = "ltr" }: { theme?: ThemeName; direction?: Direction } = {},
): readonly SampleCard[] {
  const panels = samplePanels(amount, direction);
  const charts = sampleCharts(amount, direction);
  const long = HARD_NAMES.join(" ");
  /** Where there is nothing to list, a card has a note. */
  const list = (panel: Panel): Panel => (amount === "none" ? panels.note : panel);
  const top = list({ ...panels.ranking, rows: sampleRows(amount, 10, 4, direction) });
  const many = list({ ...panels.ranking, rows: sampleRows(amount, 5, 1, direction) });
  const [ranking, split, heatmap] = [list(panels.ranking), list(panels.split), list(panels.heatmap)];
  const sides = (kind: SubjectKind, name: string) => ({
    subject: sampleSubject(2, kind),
    title: name,
    subtitle: name,
  });
  const made: Readonly<Record<string, Partial<Card>>> = {
    server: {
      panels: [
        [panels.figures, ranking, many],
        [panels.figures, split, ranking],
      ],
    },
    pair: { panels: [[split, ranking]], chart: charts.compared, ...sides("member", long) },
    top: { panels: [[panels.strip], [top]], chart: charts.voice, ...sides("category", "Category") },
    columns: { panels: [[top, top]], chart: charts.members, ...sides("thread", "Thread"), titleNote: long },
    rhythm: { panels: [[heatmap]], chart: charts.all, ...sides("forum", "Forum") },
    "rhythm-beside": {
      panels: [[heatmap, panels.figures]],
      ...sides("activity", "Chess"),
      titleNote: "left",
    },
    compare: { panels: [[panels.comparison]], chart: charts.compared, ...sides("voice", "music 🎵") },
    "compare-beside": { panels: [[panels.comparison, panels.figures]], chart: charts.barsCompared },
    growth: {
      panels: [[panels.figures, panels.figures]],
      chart: charts.growth,
      ...sides("role", "Moderators"),
    },
    graph: { mode: "graph", chart: charts.all, ...sides("text", long), footer: long },
    "growth-graph": { mode: "graph", chart: charts.growth },
  };
  return Object.entries(made).map(([name, part]) => ({
    name,
    card: sampleCard(amount, { ...part, theme, direction }),
  }));
}
