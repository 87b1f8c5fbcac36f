/** @file What everybody sees, as plain data. `reduce` makes the next state; nothing here has an effect. */

/** @typedef {import("./protocol.js").Participant} Participant */
/** @typedef {import("./protocol.js").Recording} Recording */
/** @typedef {import("./protocol.js").Snapshot} Snapshot */
/** @typedef {import("./protocol.js").ChatMessage} ChatMessage */
/** @typedef {import("./protocol.js").Person} Person */
/** @typedef {import("./protocol.js").Reaction} Reaction */
/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").NumberedEvent} NumberedEvent */
/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */

/**
 * @typedef {object} State
 * @property {number} number of the last event applied
 * @property {number} seen the highest number heard of
 * @property {boolean} stale an event was missed: a snapshot is needed
 * @property {string | null} me
 * @property {readonly string[]} permissions
 * @property {readonly Participant[]} participants in the order in which they came
 * @property {Recording | null} recording
 * @property {readonly string[]} recorded recordings that began and ended while we were here
 * @property {ReadonlySet<string>} talking
 * @property {ReadonlyMap<string, import("./protocol.js").Level>} quality of connections; who is not in it has a good one
 * @property {RoomState} room
 * @property {readonly ChatMessage[]} chat
 * @property {readonly Person[]} waiting who has to be let in, for those who may moderate
 * @property {string | null} lobby what the organisers tell us while we wait to be let in ourselves; null when we do not
 * @property {Reaction | null} reaction the newest
 */

/** @type {State} */
export const EMPTY = Object.freeze({
  number: 0,
  seen: 0,
  stale: false,
  me: null,
  permissions: [],
  participants: [],
  recording: null,
  recorded: [],
  talking: new Set(),
  quality: new Map(),
  room: { locked: false, may_unmute: true },
  chat: [],
  waiting: [],
  lobby: null,
  reaction: null,
});

/**
 * @param {State} state
 * @param {ServerMessage} message
 * @returns {State}
 */
export function reduce(state, message) {
  switch (message.type) {
    case "joined":
      return apply(begin(state, message), message.snapshot);
    case "snapshot":
      return apply(state, message.snapshot);
    case "talking":
      return { ...state, talking: withTalker(state.talking, message.id, message.on) };
    case "quality":
      return { ...state, quality: new Map(state.quality).set(message.id, message.level) };
    case "reaction":
      return { ...state, reaction: message };
    case "permissions":
      return { ...state, permissions: message.permissions };
    case "waiting-list":
      return { ...state, waiting: message.people };
    case "waiting":
      return { ...state, lobby: message.text };
    case "admitted":
    case "caption":
    case "captions":
    case "captions-state":
    case "silenced":
    case "error":
    case "offer":
    case "ping":
    case "pong":
    case "published":
      return state;
    default:
      return follow(state, message);
  }
}

/**
 * @param {State} state
 * @param {import("./protocol.js").Joined} joined
 * @returns {State}
 */
function begin(state, { me, permissions }) {
  return { ...state, seen: 0, me, permissions, talking: new Set(), quality: new Map(), lobby: null };
}

/**
 * @param {State} state
 * @param {Snapshot} snapshot
 * @returns {State}
 */
function apply(state, { number, participants, recording, room, chat, waiting }) {
  const present = new Set(participants.map(({ id }) => id));
  return {
    ...state,
    number,
    seen: Math.max(number, state.seen),
    stale: number < state.seen, // an event overtook this snapshot
    participants,
    recording,
    recorded: ended(state, recording?.id ?? null),
    talking: new Set([...state.talking].filter((id) => present.has(id))),
    quality: new Map([...state.quality].filter(([id]) => present.has(id))),
    room,
    chat,
    waiting,
  };
}

/**
 * Apply the event if it is the next one. One that was already counted is ignored; a gap makes the state stale.
 *
 * @param {State} state
 * @param {NumberedEvent} event
 * @returns {State}
 */
function follow(state, event) {
  if (event.number <= state.number) return state;
  const seen = Math.max(state.seen, event.number);
  if (state.stale || event.number !== state.number + 1) return { ...state, seen, stale: true };
  return { ...change(state, event), number: event.number, seen };
}

/**
 * @param {State} state
 * @param {NumberedEvent} event
 * @returns {State}
 */
function change(state, event) {
  switch (event.type) {
    case "participant-joined":
    case "participant-changed":
      return { ...state, participants: withParticipant(state.participants, event.participant) };
    case "participant-left":
      return without(state, event.id);
    case "recording-started":
      return { ...state, recording: { ...event.recording, answer: null, transcript: false, on_record: [] } };
    case "recording-stopped":
      return { ...state, recording: null, recorded: ended(state, null) };
    case "consent-given":
      return { ...state, recording: withChoice(state, event) };
    case "room-changed":
      return { ...state, room: event.room };
    case "chat":
      return { ...state, chat: [...state.chat, event.message] };
  }
}

/**
 * @param {State} state
 * @param {string | null} current
 */
function ended(state, current) {
  const before = state.recording?.id;
  return before === undefined || before === current ? state.recorded : [...state.recorded, before];
}

/**
 * @param {readonly Participant[]} participants
 * @param {Participant} changed
 */
function withParticipant(participants, changed) {
  const known = participants.some(({ id }) => id === changed.id);
  return known ? participants.map((one) => (one.id === changed.id ? changed : one)) : [...participants, changed];
}

/**
 * @param {State} state
 * @param {string} id
 * @returns {State}
 */
function without(state, id) {
  const { recording } = state;
  return {
    ...state,
    participants: state.participants.filter((one) => one.id !== id),
    recording: recording && { ...recording, on_record: recording.on_record.filter((one) => one !== id) },
    talking: withTalker(state.talking, id, false),
    quality: new Map([...state.quality].filter(([one]) => one !== id)),
  };
}

/**
 * @param {State} state
 * @param {import("./protocol.js").ConsentGiven} event
 */
function withChoice({ recording, me }, { recording: id, id: participant, choice, transcript }) {
  if (recording?.id !== id) return recording;
  const others = recording.on_record.filter((one) => one !== participant);
  const on_record = choice === "accepted" ? [...others, participant] : others;
  return participant === me ? { ...recording, on_record, answer: choice, transcript } : { ...recording, on_record };
}

/**
 * @param {ReadonlySet<string>} talking
 * @param {string} id
 * @param {boolean} on
 */
function withTalker(talking, id, on) {
  const next = new Set(talking);
  if (on) next.add(id);
  else next.delete(id);
  return next;
}

/**
 * @param {State} state
 * @returns {Participant | undefined}
 */
export function myself({ participants, me }) {
  return participants.find(({ id }) => id === me);
}

/**
 * Who asked to speak first comes first.
 *
 * @param {State} state
 */
export function handsOf({ participants }) {
  const raised = participants.flatMap((one) => (one.hand ? [{ ...one, hand: one.hand }] : []));
  return raised.sort((one, other) => Date.parse(one.hand) - Date.parse(other.hand));
}

/** @param {State} state */
export function mayModerate({ permissions }) {
  return permissions.includes("moderate");
}

/** Whether we may turn our microphone on. @param {State} state */
export function mayUnmute(state) {
  return state.room.may_unmute || mayModerate(state);
}

/**
 * Messages of others after the one that was read last; all of them when that one is no longer known.
 *
 * @param {State} state
 * @param {string | null} read id of a message
 */
export function unreadAfter({ chat, me }, read) {
  const from = chat.findIndex(({ id }) => id === read) + 1;
  return chat.slice(from).filter(({ participant }) => participant !== me).length;
}
