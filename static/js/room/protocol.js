/** @file The words of the room's socket, as types. The contract is meetings/signalling/PROTOCOL.md. */

/** @typedef {"microphone" | "camera" | "screen"} Source */
/** @typedef {"verified" | "local" | "invited" | "declared"} Assurance */
/** @typedef {"organiser" | "agent" | "guest"} Role */
/** @typedef {"accepted" | "declined"} Choice */
/** @typedef {Record<string, Source>} Sources mid → what the m-line carries */

/**
 * @typedef {object} Participant
 * @property {string} id
 * @property {string} name
 * @property {string} institution
 * @property {Assurance} assurance
 * @property {string} [invited_by] the name of who invited a guest
 * @property {Role} role
 * @property {boolean} microphone
 * @property {boolean} camera
 * @property {boolean} screen
 * @property {boolean} shared_microphone
 */

/**
 * @typedef {object} Recording
 * @property {string} id
 * @property {string} started_at ISO 8601
 * @property {Choice | null} answer our own
 * @property {readonly string[]} on_record participants who accepted
 */

/** @typedef {{number: number, participants: Participant[], recording: Recording | null}} Snapshot */
/** @typedef {{name: string | null, shared_microphone: boolean}} Entry */
/** @typedef {{microphone: boolean, camera: boolean, screen: boolean}} MediaOn */

/** @typedef {{type: "joined", me: string, permissions: string[], snapshot: Snapshot}} Joined */
/** @typedef {{type: "snapshot", snapshot: Snapshot}} SnapshotAnswer */
/** @typedef {{type: "published", sdp: string}} Published */
/** @typedef {Record<string, {participant: string, source: Source}>} Origins mid → whose, and what */
/** @typedef {{type: "offer", offer: number, sdp: string, tracks: Origins}} Offer */
/** @typedef {{type: "error", code: string, verb: string}} Refusal */
/** @typedef {{type: "pong"}} Pong */
/** @typedef {{type: "talking", id: string, on: boolean}} Talking */

/** @typedef {"participant-joined" | "participant-changed"} ParticipantEventType */
/** @typedef {{type: ParticipantEventType, number: number, participant: Participant}} ParticipantEvent */
/** @typedef {{type: "participant-left", number: number, id: string}} ParticipantLeft */
/** @typedef {{id: string, started_at: string}} NewRecording */
/** @typedef {{type: "recording-started", number: number, recording: NewRecording}} RecordingStarted */
/** @typedef {{type: "recording-stopped", number: number, recording: string}} RecordingStopped */
/** @typedef {{type: "consent-given", number: number, recording: string, id: string, choice: Choice}} ConsentGiven */

/** @typedef {ParticipantEvent | ParticipantLeft | RecordingStarted | RecordingStopped | ConsentGiven} NumberedEvent */
/** @typedef {Joined | SnapshotAnswer | Published | Offer | Refusal | Pong | Talking | NumberedEvent} ServerMessage */

/**
 * @typedef {{type: "join", name: string | null, shared_microphone: boolean}
 *   | {type: "publish", sdp: string, sources: Sources}
 *   | {type: "answer", offer: number, sdp: string}
 *   | {type: "media", microphone: boolean, camera: boolean, screen: boolean}
 *   | {type: "consent", recording: string, choice: Choice}
 *   | {type: "start-recording" | "stop-recording" | "snapshot" | "leave" | "ping"}} ClientMessage
 */

export const CLOSE_LEFT = 1000;
export const CLOSE_NO_ROOM = 4404;
export const CLOSE_REPLACED = 4409;

/** After these the browser joins again by itself; after the others it asks the person. */
export const RETRIED_CODES = new Set([1001, 1006, 1011, 1012, 4408, 4500, 4503]);
