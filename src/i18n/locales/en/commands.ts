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
};
