/** @file What is worth telling the person, of a change in the meeting. */

import { mayModerate, mayUnmute, myself } from "./state.js";

const LONGEST = 120; // characters of a message that are told; the rest is in the panel

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./words.js").Words} Words */

/**
 * @typedef {object} News
 * @property {{show: (text: string, link?: {text: string, href: string}) => void, warn: (text: string) => void,
 *   gather: (kind: import("./digest.js").Kind, what: string) => void}} notices
 * @property {Words} words
 * @property {State} state
 * @property {State} before
 * @property {ServerMessage} message
 * @property {string | null} minutes address of the minutes of the recording that has just ended
 */

/** @param {News} news */
export function tellNews(news) {
  if (news.before.me === null) {
    tellRecording(news);
    return tellWaiting(news); // we came in: who is there is no news, who waits for us is
  }
  tellPeople(news);
  tellRecording(news);
  tellWaiting(news);
  tellRoom(news);
  tellChat(news);
}

/** @param {News} news */
function tellPeople({ notices, words, state, before, message }) {
  if (message.type === "participant-left") {
    const gone = before.participants.find(({ id }) => id === message.id);
    if (gone && state !== before) notices.gather("left", gone.name);
  }
  if (message.type !== "participant-joined" && message.type !== "participant-changed") return;
  const { participant } = message;
  if (state.number !== message.number) return;
  const known = before.participants.find(({ id }) => id === participant.id);
  if (participant.id === state.me) {
    if (participant.role === "organiser" && known && known.role !== "organiser") notices.show(words.youOrganise);
    return;
  }
  if (participant.hand && !known?.hand) notices.gather("hand", participant.name);
  if (!known) notices.gather("joined", participant.name);
  if (participant.screen && !known?.screen) notices.show(words.shares(participant.name));
}

/** Those who were not waiting a moment ago. @param {News} news */
function tellWaiting({ notices, state, before }) {
  if (state.waiting === before.waiting || !mayModerate(state)) return;
  const known = new Set(before.waiting.map(({ id }) => id));
  for (const { id, name } of state.waiting) if (!known.has(id)) notices.gather("waiting", name);
}

/** @param {News} news */
function tellRoom({ notices, words, state, before, message }) {
  if (message.type !== "room-changed" || state === before) return;
  const { room } = state;
  if (room.locked !== before.room.locked) notices.show(room.locked ? words.roomLocked : words.roomUnlocked);
  if (room.may_unmute === before.room.may_unmute || mayModerate(state)) return;
  notices.show(mayUnmute(state) ? words.unmuteOn : words.unmuteOff);
}

/** @param {News} news */
function tellChat({ notices, words, state, before, message }) {
  if (message.type !== "chat" || state.chat === before.chat) return;
  const { participant, name, text } = message.message;
  if (participant !== state.me) notices.gather("chat", words.chatLine(name, shorten(text)));
}

/** @param {string} text */
function shorten(text) {
  const line = text.replace(/\s+/gu, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** @param {News} news */
function tellRecording({ notices, words, state, before, message, minutes }) {
  if (state.recording && state.recording.id !== before.recording?.id) notices.warn(words.recordingStarted);
  if (before.recording && !state.recording) {
    const why = message.type === "recording-stopped" ? words.stoppedBecause[message.reason] : undefined;
    if (why) notices.warn(why);
    if (minutes) notices.show(words.recordingMinutes, { text: words.openMinutes, href: minutes });
    else if (!why) notices.show(words.recordingStopped);
  }
  if (message.type !== "consent-given" || message.id !== myself(state)?.id) return;
  notices.show(message.choice === "accepted" ? words.consentAccepted : words.consentDeclined);
}
