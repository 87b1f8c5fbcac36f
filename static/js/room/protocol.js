/** @file The words of the room's socket, as types. The contract is meetings/signalling/PROTOCOL.md. */

/** @typedef {"microphone" | "camera" | "screen" | "sound"} Source `sound`: that of the shared screen */
/** @typedef {Exclude<Source, "sound">} Switch what a person turns on and off */
/** @typedef {"verified" | "local" | "invited" | "declared"} Assurance */
/** @typedef {"organiser" | "agent" | "guest"} Role */
/** @typedef {"accepted" | "declined"} Choice */
/** @typedef {"thumbs-up" | "clap" | "heart" | "laugh" | "surprise" | "party"} ReactionName */
/** @typedef {Record<string, Source>} Sources mid → what the m-line carries */

/**
 * @typedef {object} Participant
 * @property {string} id
 * @property {string} name
 * @property {string} institution
 * @property {Assurance} assurance
 * @property {string} [invited_by] the name of who invited a guest
 * @property {Role} role
 * @property {boolean} colleague an agent of the room's institution
 * @property {boolean} owner the room's organiser
 * @property {boolean} microphone
 * @property {boolean} camera
 * @property {boolean} screen
 * @property {boolean} shared_microphone
 * @property {string | null} hand ISO 8601: since when it is raised
 * @property {readonly Switch[]} held what an organiser has turned off
 * @property {boolean} [captionable] others may read what they say
 * @property {string} [speaks] the language in which they are captioned; empty: that of the installation
 */

/**
 * @typedef {object} Person somebody who waits
 * @property {string} id
 * @property {string} name
 * @property {string} institution
 * @property {Assurance} assurance
 * @property {string} invited_by
 * @property {string} since ISO 8601
 */

/**
 * @typedef {object} ChatMessage
 * @property {string} id
 * @property {string} participant
 * @property {string} name
 * @property {string} text
 * @property {string} at ISO 8601
 */

/** @typedef {{locked: boolean, may_unmute: boolean}} RoomState */

/** @typedef {Record<"fr" | "en", string>} Translated */

/**
 * @typedef {object} Purpose
 * @property {string} code
 * @property {number} version
 * @property {Translated} label
 * @property {Translated} text
 * @property {"public-task" | "legal-obligation" | "consent"} basis
 * @property {boolean} transcript words may be kept
 * @property {boolean} picture pictures may be kept
 * @property {number} days for which the sound is kept
 */

/** @typedef {{transcript: boolean, picture: boolean, way: "screen" | "keyboard", language: "fr" | "en"}} AnswerDetails */

/**
 * @typedef {object} Recording
 * @property {string} id
 * @property {string} started_at ISO 8601
 * @property {Purpose | null} purpose
 * @property {boolean} announced by a voice
 * @property {Choice | null} answer our own
 * @property {boolean} transcript whether our own words may be kept
 * @property {readonly string[]} on_record participants who accepted
 */

/**
 * @typedef {object} Snapshot
 * @property {number} number
 * @property {Participant[]} participants
 * @property {Recording | null} recording
 * @property {RoomState} room
 * @property {ChatMessage[]} chat the last 100
 * @property {Person[]} waiting empty without the permission `moderate`
 */

/** @typedef {{participant: string, source: "camera" | "screen", width: number}} ViewedTile width in pixels */
/** @typedef {{name: string | null, shared_microphone: boolean}} Entry */
/** @typedef {{microphone: boolean, camera: boolean, screen: boolean}} MediaOn */

/**
 * @typedef {object} Joined
 * @property {"joined"} type
 * @property {string} me
 * @property {string[]} permissions
 * @property {boolean} simulcast
 * @property {string} resume what the next `join` says if the media connections still stand
 * @property {boolean} resumed they go on: nothing is negotiated anew
 * @property {Snapshot} snapshot
 */

/** @typedef {{type: "snapshot", snapshot: Snapshot}} SnapshotAnswer */
/** @typedef {{type: "published", sdp: string}} Published */
/** @typedef {Record<string, {participant: string, source: Source}>} Origins mid → whose, and what */
/** @typedef {{type: "offer", offer: number, sdp: string, tracks: Origins}} Offer */
/** @typedef {{type: "error", code: string, verb: string}} Refusal */
/** @typedef {{type: "pong"} | {type: "ping"}} Pong to a `ping` of ours; or what asks for one */
/** @typedef {{type: "talking", id: string, on: boolean}} Talking */
/** @typedef {{type: "reaction", id: string, reaction: ReactionName}} Reaction */
/** @typedef {{line: string, participant: string, name: string, text: string, language: string, at: number}} CaptionLine */

/**
 * @typedef {object} Caption
 * @property {"caption"} type
 * @property {string} line
 * @property {string} participant
 * @property {string} name
 * @property {string} final what does not change any more
 * @property {string} partial what may
 * @property {boolean} over nothing follows in this line
 * @property {string} language empty when it was told from the sound
 * @property {number} at seconds of the Unix clock
 */

/** @typedef {{type: "captions", lines: readonly CaptionLine[]}} CaptionsSoFar */
/** @typedef {{type: "captions-state", state: "ok" | "late" | "full"}} CaptionsState each half second */
/** @typedef {Caption | CaptionsSoFar | CaptionsState} CaptionMessage */
/** @typedef {0 | 1 | 2 | 3} Level of a connection: 3 is good */
/** @typedef {{type: "quality", id: string, level: Level}} Quality */
/** @typedef {{type: "waiting", text: string}} Waiting we have to be let in; `text` is what the organisers say */
/** @typedef {{type: "admitted"}} Admitted */
/** @typedef {{type: "waiting-list", people: Person[]}} WaitingList */
/** @typedef {{type: "permissions", permissions: string[]}} Permissions */
/** @typedef {{type: "silenced", source: Switch}} Silenced */

/** @typedef {"participant-joined" | "participant-changed"} ParticipantEventType */
/** @typedef {{type: ParticipantEventType, number: number, participant: Participant}} ParticipantEvent */
/** @typedef {{type: "participant-left", number: number, id: string}} ParticipantLeft */
/** @typedef {{id: string, started_at: string, purpose: Purpose | null, announced: boolean}} NewRecording */
/** @typedef {{type: "recording-started", number: number, recording: NewRecording}} RecordingStarted */
/** @typedef {{type: "recording-stopped", number: number, recording: string, reason: string}} RecordingStopped */
/** @typedef {{recording: string, id: string, choice: Choice, transcript: boolean}} GivenConsent */
/** @typedef {{type: "consent-given", number: number} & GivenConsent} ConsentGiven */

/** @typedef {{type: "room-changed", number: number, room: RoomState}} RoomChanged */
/** @typedef {{type: "chat", number: number, message: ChatMessage}} Chat */

/** @typedef {RecordingStarted | RecordingStopped | ConsentGiven} RecordingEvent */
/** @typedef {ParticipantEvent | ParticipantLeft | RecordingEvent | RoomChanged | Chat} NumberedEvent */
/** @typedef {Talking | Reaction | Quality | WaitingList | Permissions | Silenced | Waiting | Admitted} UnnumberedEvent */
/** @typedef {Joined | SnapshotAnswer | Published | Offer | Refusal | Pong | CaptionMessage} Answer */
/** @typedef {Answer | UnnumberedEvent | NumberedEvent} ServerMessage */

/**
 * @typedef {{type: "admit" | "refuse", person: string}
 *   | {type: "admit-all" | "silence-all" | "end"}
 *   | {type: "tell-waiting", text: string}
 *   | {type: "lock" | "may-unmute", on: boolean}
 *   | {type: "silence", participant: string, source: Switch}
 *   | {type: "lower-hand" | "remove" | "make-organiser" | "hand-over", participant: string}} ModeratorMessage
 */

/**
 * @typedef {{type: "join", name: string | null, shared_microphone: boolean, resume?: string}
 *   | {type: "publish", sdp: string, sources: Sources}
 *   | {type: "answer", offer: number, sdp: string}
 *   | {type: "media", microphone: boolean, camera: boolean, screen: boolean}
 *   | ({type: "consent", recording: string, choice: Choice} & AnswerDetails)
 *   | {type: "start-recording", purpose: string | null, announced: boolean}
 *   | {type: "view", tiles: readonly ViewedTile[]}
 *   | {type: "quality", level: Level}
 *   | {type: "chat", text: string}
 *   | {type: "captions" | "caption-me", on: boolean}
 *   | {type: "speak", language: string}
 *   | {type: "hand", up: boolean}
 *   | {type: "react", reaction: ReactionName}
 *   | {type: "stop-recording" | "snapshot" | "leave" | "ping"}
 *   | ModeratorMessage} ClientMessage
 */

/** @typedef {(message: ClientMessage) => boolean} Say false when there is no connection */

export const CLOSE_LEFT = 1000;
export const CLOSE_SIGNED_OUT = 4401;
export const CLOSE_TURNED_OUT = 4403;
export const CLOSE_NO_ROOM = 4404;
export const CLOSE_REPLACED = 4409;
export const CLOSE_ENDED = 4410;
export const CLOSE_MEDIA_LOST = 4503;

/** After these the browser joins again by itself; after the others it asks the person. */
export const RETRIED_CODES = new Set([1001, 1006, 1011, 1012, 4408, 4500, CLOSE_MEDIA_LOST]);
