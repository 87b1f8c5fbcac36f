/** @file What is worth telling the person, of a change in the meeting. */

import { myself } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./words.js").Words} Words */

/**
 * @typedef {object} News
 * @property {{show: (text: string, link?: {text: string, href: string}) => void, warn: (text: string) => void,
 *   gather: (how: "joined" | "left", name: string) => void}} notices
 * @property {Words} words
 * @property {State} state
 * @property {State} before
 * @property {ServerMessage} message
 * @property {string | null} minutes address of the minutes of the recording that has just ended
 */

/** @param {News} news */
export function tellNews(news) {
  if (news.before.me === null) return tellRecording(news); // we came in: the others are no news
  tellPeople(news);
  tellRecording(news);
}

/** @param {News} news */
function tellPeople({ notices, words, state, before, message }) {
  if (message.type === "participant-left") {
    const gone = before.participants.find(({ id }) => id === message.id);
    if (gone && state !== before) notices.gather("left", gone.name);
  }
  if (message.type !== "participant-joined" && message.type !== "participant-changed") return;
  const { participant } = message;
  if (participant.id === state.me || state.number !== message.number) return;
  const known = before.participants.find(({ id }) => id === participant.id);
  if (!known) notices.gather("joined", participant.name);
  if (participant.screen && !known?.screen) notices.show(words.shares(participant.name));
}

/** @param {News} news */
function tellRecording({ notices, words, state, before, message, minutes }) {
  if (state.recording && state.recording.id !== before.recording?.id) notices.warn(words.recordingStarted);
  if (before.recording && !state.recording) {
    if (minutes) notices.show(words.recordingMinutes, { text: words.openMinutes, href: minutes });
    else notices.show(words.recordingStopped);
  }
  if (message.type !== "consent-given" || message.id !== myself(state)?.id) return;
  notices.show(message.choice === "accepted" ? words.consentAccepted : words.consentDeclined);
}
