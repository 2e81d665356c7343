/** First and last names as people on Discord write them, one script a line. */
const SCRIPTS: readonly (readonly [first: readonly string[], last: readonly string[], joint: string])[] = [
  [
    ["Ana", "Zoë", "Łukasz", "Søren", "Iñaki", "Đorđe", "Ngọc"],
    ["García", "Müller", "Åström", "Kovačević", "O’Neill", "Trần"],
    " ",
  ],
  [["Emma", "Noah", "Mia", "Liam", "Olivia", "Max"], ["Smith", "plays chess", "Jr.", "", "the Third"], " "],
  [["Владимир", "Оксана", "Дмитрий", "Ирина"], ["Кузнецов", "Шевченко", "Соколова"], " "],
  [["Αλέξανδρος", "Ελένη"], ["Παπαδόπουλος", "Γεωργίου"], " "],
  [["محمد", "فاطمة", "يوسف"], ["الأحمد", "حسين"], " "],
  [["שירה", "דוד"], ["כהן", "לוי"], " "],
  [["अमित", "प्रिया"], ["कुमार", "शर्मा"], " "],
  [["রহিম", "সুমাইয়া"], ["উদ্দিন", "আক্তার"], " "],
  [["கார்த்திக்", "மீனா"], ["ராஜன்", ""], " "],
  [["สมชาย", "มาลี"], ["ใจดี", "สุขใจ"], " "],
  [["张", "王", "李"], ["伟", "芳", "秀英"], ""],
  [["陳", "林"], ["大文", "怡君"], ""],
  [["桜井", "佐藤", "高橋"], ["さくら", "ハルト", "結衣"], " "],
  [["김", "이", "박"], ["민준", "서연", "도윤"], ""],
  [["𝕾𝖍𝖆𝖉𝖔𝖜", "𝓛𝓾𝓷𝓪", "𝕍𝕠𝕚𝕕"], ["𝖂𝖔𝖑𝖋", "✨", "𝓵𝓸𝓿𝓮"], " "],
  [["🐙 octo", "🦊", "🇯🇵 taku", "👨‍👩‍👧‍👦", "🏳️‍🌈 sam"], ["🎮", "1️⃣", ""], " "],
];

/** How many of a hundred names come from each line; people of one language are never alone. */
const LATIN_SHARE = 0.5;

/** A display name of at most 32 characters, as Discord bounds it. */
export function displayName(index: number, random: () => number): string {
  if (index % 97 === 41) return "a nickname exactly as long as it";
  const line = random() < LATIN_SHARE ? index % 2 : 2 + (index % (SCRIPTS.length - 2));
  const [first, last, joint] = SCRIPTS[line] ?? SCRIPTS[0] ?? [[], [], ""];
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? "";
  return [...`${pick(first)}${joint}${pick(last)}`.trim()].slice(0, 32).join("");
}

/** Channels by category, in the order of Discord's list; the busiest first in each. */
export const CATEGORIES = {
  "Community 💬": {
    text: ["general", "off-topic", "memes", "introductions", "help", "suggestions"],
    voice: ["Lobby", "Late night"],
  },
  "Hobbies & games": {
    text: ["gaming", "music-🎵", "art", "photography", "food", "pets-🐈", "movies", "sports", "science"],
    voice: ["Gaming 1", "Gaming 2", "Study room"],
  },
  "Sprachen · Languages · 言語": {
    text: [
      "日本語",
      "開発",
      "мемы-и-шутки",
      "книги",
      "한국어",
      "中文",
      "español",
      "français",
      "deutsch",
      "العربية",
      "עברית",
      "हिन्दी",
      "ไทย",
    ],
    voice: ["音楽"],
  },
  Backstage: { text: ["bot-commands", "archive"], voice: [] },
} as const satisfies Readonly<
  Record<string, { readonly text: readonly string[]; readonly voice: readonly string[] }>
>;

/** The forum and its posts, and threads of a channel. */
export const FORUM_NAME = "questions";
export const POSTS = [
  "How do I mute a channel on mobile?",
  "Welches Mikrofon für unter 50 €?",
  "初心者におすすめのゲームは？",
  "أفضل طريقة لتعلّم البرمجة؟",
  "My build keeps crashing at startup, and I have tried everything that the wiki says",
  "[Solved] Lost my role after rejoining",
] as const;
export const THREADS = ["Movie night plans 🍿", "Secret Santa"] as const;
/** A thread that was archived long ago. */
export const ARCHIVED_THREAD = "Summer meetup 2025";

/** Roles, their colour and how many members in a hundred have each; a colour of 0 is none. */
export const ROLES = [
  { name: "Admins", color: 0xe74c3c, share: 0.3 },
  { name: "Moderators 🛡️", color: 0x2ecc71, share: 1 },
  { name: "Server Boosters", color: 0xf47fff, share: 4 },
  { name: "Artists", color: 0xf1c40f, share: 9 },
  { name: "Gamers", color: 0x3498db, share: 35 },
  { name: "日本語話者", color: 0xe91e63, share: 8 },
  { name: "Night owls", color: 0x1f1f3d, share: 12 },
  { name: "he/him", color: 0, share: 22 },
  { name: "she/her", color: 0, share: 21 },
  { name: "Has a very long role name because nobody stopped them in time", color: 0x95a5a6, share: 2 },
] as const;

/** What members do: Discord's type of an activity, its name, and typical minutes. */
export const ACTIVITIES = [
  { type: 2, name: "Spotify", minutes: 70 },
  { type: 0, name: "Minecraft", minutes: 110 },
  { type: 0, name: "League of Legends", minutes: 90 },
  { type: 0, name: "原神", minutes: 80 },
  { type: 0, name: "Visual Studio Code", minutes: 150 },
  { type: 0, name: "Counter-Strike 2", minutes: 85 },
  { type: 1, name: "Twitch", minutes: 120 },
  { type: 0, name: "Baldur's Gate 3", minutes: 140 },
  { type: 3, name: "YouTube", minutes: 45 },
  { type: 0, name: "STAR WARS Jedi: Survivor™ – Deluxe Edition", minutes: 75 },
  { type: 5, name: "osu! World Cup", minutes: 60 },
  { type: 0, name: "マリオカート8 デラックス", minutes: 55 },
] as const;

const categories = Object.values(CATEGORIES);
export const TEXT_CHANNELS: readonly string[] = categories.flatMap(({ text }) => text);
export const VOICE_CHANNELS: readonly string[] = categories.flatMap(({ voice }) => voice);
