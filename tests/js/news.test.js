import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { tellNews } from "../../static/js/room/news.js";
import { EMPTY, reduce } from "../../static/js/room/state.js";
import { wordsIn } from "../../static/js/room/words.js";

const words = await wordsIn("fr");
const person = (id, changes = {}) => ({ id, name: id, screen: false, ...changes });
const RECORDING = { id: "r1", started_at: "2026-11-22T09:00:00Z", answer: null, on_record: [] };
const ROOM = { locked: false, may_unmute: true };
let told = [];
const notices = {
  show: (text, link) => told.push(link ? `${text} ${link.href}` : text),
  warn: (text) => told.push(text),
  gather: (how, name) => told.push(`${how} ${name}`),
};

const joined = (participants, recording = null) => ({
  type: "joined",
  me: "bilal",
  permissions: [],
  snapshot: { number: 1, participants, recording, room: ROOM, chat: [], waiting: [] },
});

/** What is told of the last of these messages. */
function newsOf(messages, minutes = null) {
  let state = EMPTY;
  for (const message of messages) {
    told = [];
    const before = state;
    state = reduce(before, message);
    tellNews({ notices, words, state, before, message, minutes });
  }
  return told;
}

beforeEach(() => (told = []));

describe("people", () => {
  const meeting = joined([person("bilal"), person("claire")]);

  test("those who are there when one comes in are no news", () => {
    assert.deepEqual(newsOf([meeting]), []);
  });

  test("who comes and who goes is told, once", () => {
    const comes = { type: "participant-joined", number: 2, participant: person("chen") };
    assert.deepEqual(newsOf([meeting, comes]), ["joined chen"]);
    assert.deepEqual(newsOf([meeting, comes, comes]), []);
    assert.deepEqual(newsOf([meeting, comes, { type: "participant-left", number: 3, id: "chen" }]), ["left chen"]);
  });

  test("a screen is told when it is shared, and not at each later change of that person", () => {
    const shares = { type: "participant-changed", number: 2, participant: person("claire", { screen: true }) };
    assert.deepEqual(newsOf([meeting, shares]), [words.shares("claire")]);
    assert.deepEqual(newsOf([meeting, shares, { ...shares, number: 3 }]), []);
  });

  test("one's own changes are no news", () => {
    const mine = { type: "participant-changed", number: 2, participant: person("bilal", { screen: true }) };
    assert.deepEqual(newsOf([meeting, mine]), []);
  });
});

describe("what people do", () => {
  const meeting = joined([person("bilal"), person("claire")]);
  const changed = (id, changes, number = 2) => ({
    type: "participant-changed",
    number,
    participant: person(id, changes),
  });
  const AT = "2026-11-22T09:00:00Z";

  test("a hand is told when it goes up, not when it stays or goes down", () => {
    const up = changed("claire", { hand: AT });
    assert.deepEqual(newsOf([meeting, up]), ["hand claire"]);
    assert.deepEqual(newsOf([meeting, up, changed("claire", { hand: AT }, 3)]), []);
    assert.deepEqual(newsOf([meeting, up, changed("claire", { hand: null }, 3)]), []);
  });

  test("one becomes an organiser", () => {
    const agent = joined([person("bilal", { role: "agent" })]);
    assert.deepEqual(newsOf([agent, changed("bilal", { role: "organiser" })]), [words.youOrganise]);
  });

  test("a message of another is told on one line, shortened; one's own is not", () => {
    const chat = (participant, text) => ({
      type: "chat",
      number: 2,
      message: { id: "m", participant, name: participant, text, at: AT },
    });
    assert.deepEqual(newsOf([meeting, chat("claire", "Bonjour\nà tous")]), ["chat claire\u00a0: Bonjour à tous"]);
    assert.ok(newsOf([meeting, chat("claire", "x".repeat(2000))])[0].length < 150);
    assert.deepEqual(newsOf([meeting, chat("bilal", "Bonjour")]), []);
  });

  test("each person who waits is told once, to those who may let them in", () => {
    const waiting = (...ids) => ({ type: "waiting-list", people: ids.map((id) => ({ id, name: id })) });
    const may = { type: "permissions", permissions: ["moderate"] };
    assert.deepEqual(newsOf([meeting, waiting("durand")]), []);
    assert.deepEqual(newsOf([meeting, may, waiting("durand")]), ["waiting durand"]);
    assert.deepEqual(newsOf([meeting, may, waiting("durand"), waiting("durand", "petit")]), ["waiting petit"]);
  });

  test("a lock is told to all, the end of unmuting to those whom it concerns", () => {
    const room = (locked, may_unmute) => ({ type: "room-changed", number: 2, room: { locked, may_unmute } });
    assert.deepEqual(newsOf([meeting, room(true, true)]), [words.roomLocked]);
    assert.deepEqual(newsOf([meeting, room(false, false)]), [words.unmuteOff]);
    const organiser = { type: "permissions", permissions: ["moderate"] };
    assert.deepEqual(newsOf([meeting, organiser, room(false, false)]), []);
  });
});

describe("recording", () => {
  test("who comes late is told that it is on", () => {
    assert.deepEqual(newsOf([joined([person("bilal")], RECORDING)]), [words.recordingStarted]);
  });

  test("its end is told with the minutes to those who may read them, without to the others", () => {
    const stopped = { type: "recording-stopped", number: 2, recording: "r1", reason: "asked" };
    const meeting = joined([person("bilal")], RECORDING);
    assert.deepEqual(newsOf([meeting, stopped], "/minutes/r1/"), [`${words.recordingMinutes} /minutes/r1/`]);
    assert.deepEqual(newsOf([meeting, stopped]), [words.recordingStopped]);
  });

  test("one that stopped by itself says why, and where the minutes will be", () => {
    const meeting = joined([person("bilal")], RECORDING);
    for (const reason of ["forbidden", "too-long", "nobody-left", "disk-full", "administration"]) {
      const stopped = { type: "recording-stopped", number: 2, recording: "r1", reason };
      assert.deepEqual(newsOf([meeting, stopped]), [words.stoppedBecause[reason]]);
      assert.deepEqual(newsOf([meeting, stopped], "/minutes/r1/"), [
        words.stoppedBecause[reason],
        `${words.recordingMinutes} /minutes/r1/`,
      ]);
    }
    const asked = { type: "recording-stopped", number: 2, recording: "r1", reason: "asked" };
    assert.deepEqual(newsOf([meeting, asked]), [words.recordingStopped]);
  });

  test("one's own answer is confirmed, that of another is not", () => {
    const meeting = joined([person("bilal"), person("claire")], RECORDING);
    const given = { type: "consent-given", number: 2, recording: "r1", choice: "declined" };
    assert.deepEqual(newsOf([meeting, { ...given, id: "bilal" }]), [words.consentDeclined]);
    assert.deepEqual(newsOf([meeting, { ...given, id: "claire" }]), []);
  });
});
