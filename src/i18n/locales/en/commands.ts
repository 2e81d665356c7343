/** What commands say: names are Discord's identifiers, the rest is read by people. */
export const commands = {
  guildstats: "Statistics of this server, its members and channels",
  server: "The whole server at a glance",
  member: "One member's messages and voice time",
  channel: "One text or voice channel",
  messages: "The server's messages",
  voice: "The server's voice time",
  top: "The most active members or channels",
  ignoreme: "Stop recording you and erase what is recorded, or start again",
  admin: "For those who manage this server",
  backfill: "Count the messages that were written before I came, or see how far that is",
  owner: "For the bot's owner",
  forget: "Erase everything recorded about a user, in all servers",

  memberOption: "Whose statistics; yours when left out",
  channelOption: "Which channel; this one when left out",
  metricOption: "By messages or by voice time",
  ofOption: "Members or channels",
  membersOption: "Whose activity counts; people when left out",
  periodOption: "How far back lists and ranks reach; 30 days when left out",
  graphOption: "Show the 30-day chart alone",
  privateOption: "Show the answer to you only",
  userOption: "Who is to be erased",
  backfillChannelOption: "This channel and its threads only; all channels when left out",
  sinceOption: "The first day, as YYYY-MM-DD; from the beginning when left out",
  untilOption: "The last day, as YYYY-MM-DD; up to where counting began when left out",

  choiceMessages: "messages",
  choiceVoice: "voice",
  choiceMembers: "members",
  choiceChannels: "channels",
  choiceHumans: "people",
  choiceBots: "bots",
  choiceBoth: "people and bots",
  choice24h: "24 hours",
  choice7d: "7 days",
  choice30d: "30 days",
  choiceLifetime: "all time",

  buttonGraph: "Graph",
  buttonCard: "Card",
  buttonReload: "Reload",
  buttonClose: "Close",
  buttonOptOut: "Stop recording me and erase my data",
  buttonForget: "Erase",
  buttonCancel: "Cancel",
  buttonImport: "Import",
  buttonCancelImport: "Cancel the import",

  guildOnly: "GuildStats answers only in servers that it has been added to.",
  disabled: "GuildStats is turned off in this server. An admin can turn it on.",
  hiddenChannel: "You cannot see that channel, so you cannot see its statistics.",
  unknownChannel: "That channel does not exist any more.",
  cannotAttach:
    "I need the permission “Attach Files” in this channel to answer with a card. Try `private: True`.",
  optedOutSelf: "You are not recorded: you opted out. `/guildstats ignoreme` starts again.",
  notYours: (owner: string): string => `Only ${owner} can close this card.`,
  staleComponent: "This button belongs to another version of GuildStats. Please use the command again.",
  staleCommand:
    "This command belongs to another version of GuildStats. Please restart Discord, and try again.",
  failed: (code: string): string =>
    `That did not work (${code}). Nothing that was counted is lost; please try again in a minute.`,

  ignoreAsk:
    "GuildStats counts how many messages you send and how long you are in voice, per channel and hour; never what you write or say.\n\nIf you go on, **nothing more is recorded about you in any server, and everything recorded so far is erased for good**, your part of the servers' totals included. You can start again later with the same command, from zero.",
  ignoreDone:
    "Done. Everything recorded about you is erased, and nothing more will be recorded. `/guildstats ignoreme` starts again.",
  ignoreUndone: "Welcome back: from now on your messages and voice time are counted again, from zero.",
  ignoreFailed: (code: string): string =>
    `Recording you has stopped, but erasing did not finish (${code}). Please use the command again in a minute.`,
  cancelled: "Nothing was changed.",

  ownerOnly: "Only the bot's owner can do that.",
  forgetAsk: (user: string): string =>
    `Erase everything recorded about ${user}, in all servers, for good? New activity will be recorded again unless the user opts out.`,
  forgetDone: (user: string, rows: string): string =>
    `Done. Everything recorded about ${user} is erased (${rows} stored rows).`,

  adminOnly: "Only members with the permission “Manage Server” can do that.",
  badDate: (text: string): string =>
    `“${text.slice(0, 20).replaceAll("`", "'")}” is no date that I understand. Please write it as year, month and day, such as 2024-03-31.`,
  futureDate: "The first day lies in the future: nothing was written then.",
  datesReversed: "The first day lies behind the last one. Please swap them.",
  backfillNothing:
    "There is no channel here whose past I can read and may count. I need the permissions “View Channel” and “Read Message History” in it.",
  backfillAsk: (count: string, channels: number, since: string | null, until: string | null): string =>
    `Read the past messages of **${count} ${channels === 1 ? "channel" : "channels"}**, threads and archived threads included, ${
      since === null ? "from the beginning" : `from ${since}`
    } ${until === null ? "up to where counting began" : `through ${until}`}, and count them?\n\nWhat is counted already is left out, and so is whoever opted out. It takes about a second for every 100 messages, so it may run for hours; counting goes on meanwhile. Use the command again to see how far it is.`,
  backfillRunning: (at: ImportFigures): string =>
    `An import is running: **${at.channelsDone} of ${at.channels} channels**, ${at.messages} messages so far${reached(at)}.`,
  backfillStopping: "The import is being stopped. What was imported stays.",
  backfillIdle: "No import is running any more.",
  backfillDone: (at: ImportFigures): string =>
    `Done: **${at.messages} messages** of ${at.channels} channels and threads were imported${reached(at)}.`,
  backfillCancelled: (at: ImportFigures): string =>
    `Stopped after ${at.messages} messages${reached(at)}. They stay counted; the same command goes on from there.`,
  backfillFailures: (channels: string, count: number): string =>
    `${count === 1 ? "This channel" : `These ${count} channels`} could not be read to the beginning: ${channels}${
      count > 10 ? " …" : ""
    }. The same command tries them again.`,
};

/** The figures of an import, as they are shown. */
interface ImportFigures {
  readonly channels: string;
  readonly channelsDone: string;
  readonly messages: string;
  readonly oldest: string | null;
}

function reached({ oldest }: ImportFigures): string {
  return oldest === null ? "" : `, back to ${oldest}`;
}
