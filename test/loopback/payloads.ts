/** JSON objects as Discord sends them. Only fields that tests set or read are typed; the rest travels along. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly global_name: string | null;
  readonly avatar: string | null;
  readonly bot?: boolean;
}

export interface Member {
  readonly user: User;
  readonly nick: string | null;
  readonly roles: readonly string[];
}

export interface Role {
  readonly id: string;
  readonly name: string;
  /** A bit field in decimal. */
  readonly permissions: string;
  readonly position: number;
  readonly color: number;
}

export interface Channel {
  readonly id: string;
  readonly guild_id: string;
  /** Discord's number: 0 text, 2 voice, 4 category, 5 announcement, 10 to 12 thread, 13 stage, 15 forum. */
  readonly type: number;
  readonly name: string;
  readonly parent_id: string | null;
  /** Discord's permission overwrites; denying 1024 to the guild's id hides the channel from everyone. */
  readonly permission_overwrites: readonly { id: string; type: 0 | 1; allow: string; deny: string }[];
  /** Threads only. An archived thread is not in GUILD_CREATE. */
  readonly thread_metadata?: { readonly archived: boolean; readonly archive_timestamp?: string };
}

export interface VoiceState {
  readonly guild_id: string;
  readonly channel_id: string | null;
  readonly user_id: string;
  readonly session_id: string;
  readonly member: Member | undefined;
  /** By the server. */
  readonly mute: boolean;
  readonly deaf: boolean;
  readonly self_mute: boolean;
  readonly self_deaf: boolean;
  readonly self_video: boolean;
  /** Left out when the user is not streaming. */
  readonly self_stream?: true;
  /** In a stage's audience. */
  readonly suppress: boolean;
}

export interface Activity {
  readonly id: string;
  readonly name: string;
  /** Discord's number: 0 playing, 1 streaming, 2 listening, 3 watching, 4 custom status, 5 competing. */
  readonly type: number;
  readonly created_at: number;
  readonly timestamps?: { readonly start?: number; readonly end?: number };
  readonly application_id?: string;
  readonly details?: string;
  readonly state?: string;
}

export type Status = "online" | "idle" | "dnd" | "offline";

export interface Presence {
  readonly guild_id: string;
  readonly user: { readonly id: string };
  readonly status: Status;
  readonly activities: readonly Activity[];
  readonly client_status: Readonly<Record<string, string>>;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly description: string | null;
  readonly url: string;
  readonly size: number;
}

export interface Component {
  readonly type: number;
  readonly custom_id?: string;
  readonly label?: string;
  readonly disabled?: boolean;
  readonly components?: readonly Component[];
  /** Of a text display. */
  readonly content?: string;
  /** Of a container, 0xRRGGBB. */
  readonly accent_color?: number | null;
  /** Of a select. */
  readonly placeholder?: string;
  readonly max_values?: number;
  readonly options?: readonly {
    readonly label: string;
    readonly value: string;
    readonly default?: boolean;
  }[];
  /** Of a media gallery. */
  readonly items?: readonly {
    readonly media: { readonly url: string };
    readonly description?: string | null;
  }[];
}

export interface Message {
  readonly id: string;
  readonly channel_id: string;
  readonly guild_id: string;
  readonly author: User;
  readonly content: string;
  readonly flags: number;
  readonly attachments: readonly Attachment[];
  readonly components: readonly Component[];
}
