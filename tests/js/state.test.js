import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { EMPTY, handsOf, mayModerate, mayUnmute, myself, reduce, unreadAfter } from "../../static/js/room/state.js";

const person = (id, changes = {}) => ({
  id,
  name: id,
  institution: "DINUM",
  assurance: "verified",
  role: "agent",
  microphone: false,
  camera: false,
  screen: false,
  shared_microphone: false,
  hand: null,
  held: [],
  ...changes,
});
const AT = "2026-11-22T09:00:00Z";
const ROOM = { locked: false, may_unmute: true };
const snapshot = (number, participants, recording = null) => ({
  number,
  participants,
  recording,
  room: ROOM,
  chat: [],
  waiting: [],
});
const said = (id, participant) => ({ id, participant, name: participant, text: "Bonjour", at: AT });
const waits = (id) => ({ id, name: id, institution: "", assurance: "declared", invited_by: "", since: AT });
const RECORDING = { id: "r1", started_at: "2026-11-22T09:00:00Z" };

/** Bilal has just come into Claire's meeting, whose seventh event that was. */
function joined() {
  return reduce(EMPTY, {
    type: "joined",
    me: "bilal",
    permissions: ["publish"],
    snapshot: snapshot(7, [person("claire"), person("bilal")]),
  });
}

const follow = (state, ...messages) => messages.reduce(reduce, state);
const ids = (state) => state.participants.map(({ id }) => id);

describe("people", () => {
  test("joining gives the meeting as it is", () => {
    const state = joined();
    assert.deepEqual(ids(state), ["claire", "bilal"]);
    assert.equal(myself(state).id, "bilal");
    assert.deepEqual(state.permissions, ["publish"]);
  });

  test("somebody comes, changes and leaves; the others keep their place", () => {
    const state = follow(
      joined(),
      { type: "participant-joined", number: 8, participant: person("chen") },
      { type: "participant-changed", number: 9, participant: person("claire", { camera: true }) },
    );
    assert.deepEqual(ids(state), ["claire", "bilal", "chen"]);
    assert.equal(state.participants[0].camera, true);
    assert.deepEqual(ids(reduce(state, { type: "participant-left", number: 10, id: "claire" })), ["bilal", "chen"]);
  });

  test("one who leaves speaks no more and is on the record no more", () => {
    const state = follow(
      joined(),
      { type: "talking", id: "claire", on: true },
      { type: "recording-started", number: 8, recording: RECORDING },
      { type: "consent-given", number: 9, recording: "r1", id: "claire", choice: "accepted" },
      { type: "participant-left", number: 10, id: "claire" },
    );
    assert.equal(state.talking.has("claire"), false);
    assert.deepEqual(state.recording.on_record, []);
  });
});

describe("numbers", () => {
  test("an event that was counted already changes nothing", () => {
    const state = joined();
    assert.equal(reduce(state, { type: "participant-left", number: 7, id: "claire" }), state);
  });

  test("a gap changes nothing but asks for a snapshot", () => {
    const state = reduce(joined(), { type: "participant-left", number: 9, id: "claire" });
    assert.deepEqual(ids(state), ["claire", "bilal"]);
    assert.equal(state.stale, true);
  });

  test("the snapshot heals the gap, and the next event is followed", () => {
    const state = follow(
      joined(),
      { type: "participant-left", number: 9, id: "claire" },
      { type: "snapshot", snapshot: snapshot(9, [person("bilal"), person("chen")]) },
      { type: "participant-left", number: 10, id: "chen" },
    );
    assert.equal(state.stale, false);
    assert.deepEqual(ids(state), ["bilal"]);
  });

  test("a snapshot older than an event that overtook it does not hide that event", () => {
    const state = follow(
      joined(),
      { type: "participant-left", number: 10, id: "chen" },
      { type: "snapshot", snapshot: snapshot(9, [person("bilal"), person("chen")]) },
    );
    assert.equal(state.stale, true);
  });

  test("joining again starts from the new meeting's numbers, however low", () => {
    const state = reduce(joined(), {
      type: "joined",
      me: "bilal2",
      permissions: [],
      snapshot: snapshot(1, [person("bilal2")]),
    });
    assert.equal(state.stale, false);
    assert.deepEqual(ids(reduce(state, { type: "participant-joined", number: 2, participant: person("claire") })), [
      "bilal2",
      "claire",
    ]);
  });
});

describe("recording", () => {
  test("when it starts, one has not answered and nobody is on the record", () => {
    const state = reduce(joined(), { type: "recording-started", number: 8, recording: RECORDING });
    assert.equal(state.recording.answer, null);
    assert.deepEqual(state.recording.on_record, []);
  });

  test("one's own answer says whether the words are kept too", () => {
    const given = { type: "consent-given", recording: "r1", choice: "accepted" };
    const state = follow(
      joined(),
      { type: "recording-started", number: 8, recording: RECORDING },
      { ...given, number: 9, id: "bilal", transcript: true },
      { ...given, number: 10, id: "claire", transcript: false },
    );
    assert.deepEqual([state.recording.answer, state.recording.transcript], ["accepted", true]);
  });

  test("the answer of another is not one's own", () => {
    const state = follow(
      joined(),
      { type: "recording-started", number: 8, recording: RECORDING },
      { type: "consent-given", number: 9, recording: "r1", id: "claire", choice: "accepted" },
    );
    assert.equal(state.recording.answer, null);
    assert.deepEqual(state.recording.on_record, ["claire"]);
  });

  test("the newest answer counts", () => {
    const started = reduce(joined(), { type: "recording-started", number: 8, recording: RECORDING });
    const given = { type: "consent-given", recording: "r1", id: "bilal" };
    const accepted = reduce(started, { ...given, number: 9, choice: "accepted" });
    assert.equal(accepted.recording.answer, "accepted");
    const declined = reduce(accepted, { ...given, number: 10, choice: "declined" });
    assert.equal(declined.recording.answer, "declined");
    assert.deepEqual(declined.recording.on_record, []);
  });

  test("an answer about another recording is not counted", () => {
    const state = follow(
      joined(),
      { type: "recording-started", number: 8, recording: RECORDING },
      { type: "consent-given", number: 9, recording: "r0", id: "bilal", choice: "accepted" },
    );
    assert.equal(state.recording.answer, null);
    assert.deepEqual(state.recording.on_record, []);
  });

  test("when it stops, its minutes can be found", () => {
    const state = follow(
      joined(),
      { type: "recording-started", number: 8, recording: RECORDING },
      { type: "recording-stopped", number: 9, recording: "r1" },
    );
    assert.equal(state.recording, null);
    assert.deepEqual(state.recorded, ["r1"]);
  });

  test("one that stopped while the connection was lost is known too", () => {
    const started = reduce(joined(), { type: "recording-started", number: 8, recording: RECORDING });
    const back = reduce(started, { type: "joined", me: "b2", permissions: [], snapshot: snapshot(12, [person("b2")]) });
    assert.deepEqual(back.recorded, ["r1"]);
  });
});

describe("waiting", () => {
  test("who waits is told what the organisers say, until joined", () => {
    const waiting = follow(EMPTY, { type: "waiting", text: "" }, { type: "waiting", text: "Cinq minutes" });
    assert.equal(waiting.lobby, "Cinq minutes");
    assert.equal(reduce(waiting, { type: "admitted" }).lobby, "Cinq minutes");
    const snapshotNow = snapshot(1, [person("bilal")]);
    assert.equal(reduce(waiting, { type: "joined", me: "bilal", permissions: [], snapshot: snapshotNow }).lobby, null);
  });

  test("those who wait are known whole each time, and from the snapshot", () => {
    const state = reduce(joined(), { type: "waiting-list", people: [waits("g1"), waits("g2")] });
    assert.deepEqual(state.waiting.map(({ id }) => id), ["g1", "g2"]);
    assert.deepEqual(reduce(state, { type: "waiting-list", people: [] }).waiting, []);
    const healed = { type: "snapshot", snapshot: { ...snapshot(7, []), waiting: [waits("g3")] } };
    assert.deepEqual(reduce(state, healed).waiting.map(({ id }) => id), ["g3"]);
  });
});

describe("organisers", () => {
  test("permissions can change", () => {
    const state = reduce(joined(), { type: "permissions", permissions: ["publish", "moderate"] });
    assert.equal(mayModerate(joined()), false);
    assert.equal(mayModerate(state), true);
  });

  test("when nobody may unmute, organisers still may", () => {
    const held = reduce(joined(), { type: "room-changed", number: 8, room: { locked: true, may_unmute: false } });
    assert.equal(held.room.locked, true);
    assert.equal(mayUnmute(joined()), true);
    assert.equal(mayUnmute(held), false);
    assert.equal(mayUnmute(reduce(held, { type: "permissions", permissions: ["moderate"] })), true);
  });

  test("a change of the room that was counted already is not made again", () => {
    const state = joined();
    assert.equal(reduce(state, { type: "room-changed", number: 7, room: { locked: true, may_unmute: true } }), state);
  });
});

describe("chat and hands", () => {
  test("messages come in their order; those of others after the last read one are unread", () => {
    const state = follow(
      joined(),
      { type: "chat", number: 8, message: said("m1", "claire") },
      { type: "chat", number: 9, message: said("m2", "bilal") },
      { type: "chat", number: 10, message: said("m3", "claire") },
    );
    assert.deepEqual(state.chat.map(({ id }) => id), ["m1", "m2", "m3"]);
    assert.deepEqual([null, "m1", "m3", "forgotten"].map((read) => unreadAfter(state, read)), [2, 1, 0, 2]);
  });

  test("a message that was missed comes with the snapshot", () => {
    const gap = reduce(joined(), { type: "chat", number: 9, message: said("m2", "claire") });
    assert.deepEqual(gap.chat, []);
    const chat = [said("m1", "claire"), said("m2", "claire")];
    assert.deepEqual(reduce(gap, { type: "snapshot", snapshot: { ...snapshot(9, []), chat } }).chat, chat);
  });

  test("who asked to speak first comes first, whoever came first", () => {
    const up = (id, hand) => ({ type: "participant-changed", participant: person(id, { hand }) });
    const state = follow(
      joined(),
      { ...up("claire", "2026-11-22T09:00:02+00:00"), number: 8 },
      { ...up("bilal", "2026-11-22T10:00:01+01:00"), number: 9 },
    );
    assert.deepEqual(handsOf(state).map(({ id }) => id), ["bilal", "claire"]);
    assert.deepEqual(handsOf(reduce(state, { ...up("bilal", null), number: 10 })).map(({ id }) => id), ["claire"]);
  });

  test("a reaction has no number, and each one is new", () => {
    const reaction = { type: "reaction", id: "claire", reaction: "clap" };
    const once = reduce(joined(), reaction);
    assert.equal(once.number, 7);
    assert.notEqual(reduce(once, reaction), once);
  });
});

test("talking comes and goes without a number", () => {
  const talking = reduce(joined(), { type: "talking", id: "claire", on: true });
  assert.deepEqual([...talking.talking], ["claire"]);
  assert.equal(talking.number, 7);
  assert.deepEqual([...reduce(talking, { type: "talking", id: "claire", on: false }).talking], []);
});

test("a state is never changed in place", () => {
  const state = joined();
  const before = structuredClone({ ...state, talking: [...state.talking] });
  follow(state, { type: "talking", id: "claire", on: true }, { type: "participant-left", number: 8, id: "claire" });
  assert.deepEqual({ ...state, talking: [...state.talking] }, before);
});
