/** @file The page while a meeting lasts: one call, and the views that show it. */

import { minutesUrl, socketUrl } from "./boot.js";
import { Call } from "./call.js";
import { wakeLevel } from "./level.js";
import { mark, markFirstAudio, markFirstFrame } from "./milestones.js";
import { tellNews } from "./news.js";
import { watchQuality } from "./quality.js";
import { watchReturns } from "./returns.js";
import { Together } from "./together.js";
import { Announcement } from "./view/announcement.js";
import { CaptionsView } from "./view/captions.js";
import { Consent } from "./view/consent.js";
import { Controls } from "./view/controls.js";
import { find, setText } from "./view/dom.js";
import { LayoutMenu } from "./view/layoutmenu.js";
import { Notices } from "./view/notices.js";
import { RecordingControls } from "./view/recording.js";
import { Shortcuts } from "./view/shortcuts.js";
import { Sound } from "./view/sound.js";
import { Tiles } from "./view/tiles.js";
import { OwnVoice } from "./view/voice.js";
import { Viewing } from "./viewing.js";
import { watchProgress } from "./watchdog.js";
import { sentenceOf } from "./words.js";

/** @typedef {import("./boot.js").Boot} Boot */
/** @typedef {import("./media.js").LocalMedia} LocalMedia */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./protocol.js").Entry} Entry */
/** @typedef {import("./peer.js").RemoteTrack} RemoteTrack */

/**
 * @typedef {object} CallPageOptions
 * @property {Boot} boot
 * @property {LocalMedia} media
 * @property {Words} words
 * @property {() => void} onJoined once for each call
 * @property {(text: string) => void} onWaiting we have to be let in; `text` is what the organisers say
 * @property {() => void} onLost the connection, while we wait
 * @property {(code: string) => void} onTurnedAway joining was refused
 * @property {(code: number, minutes: string | null, wasIn: boolean) => void} onEnded
 */

const SETTLED_MS = 1_000; // joined again for that long: the connection is back

export class CallPage {
  #options;
  #media;
  #words;
  #notices;
  #layout;
  #tiles;
  #viewing;
  #controls;
  #together;
  #shortcuts;
  #captions;
  #consent;
  #recording;
  #voice;
  #sound = new Sound();
  #announcement = new Announcement();
  #banner = find(document, '[data-banner="connection"]', HTMLElement);
  /** @type {Call | null} */
  #call = null;
  #joining = false;
  #joined = false;
  #turnedAway = false;
  #isInterrupted = false; // our microphone, by the system
  #atDoor = false;
  /** @type {RemoteTrack[]} */
  #tracks = [];
  /** @type {ReadonlySet<string>} */
  #stalled = new Set();
  #stopWatching = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;

  /** @param {CallPageOptions} options */
  constructor(options) {
    const { media, words } = options;
    this.#options = options;
    this.#media = media;
    this.#words = words;
    this.#notices = new Notices(words);
    this.#layout = new LayoutMenu({ words, onChange: () => this.#renderTiles() });
    this.#viewing = new Viewing((message) => this.#call?.say(message) ?? false);
    this.#tiles = new Tiles({
      media,
      words,
      onRemoteVideo: markFirstFrame,
      onView: (tiles) => this.#viewing.show(tiles),
      onPin: () => this.#render(),
      say: (text) => this.#notices.say(text),
    });
    this.#together = new Together({
      words,
      lang: options.boot.lang,
      notices: this.#notices,
      pins: { has: (id) => this.#tiles.isPinned(id), toggle: (id) => this.#tiles.togglePin(id) },
      say: (message) => this.#call?.say(message) ?? false,
    });
    this.#captions = new CaptionsView({
      words,
      say: (message) => this.#call?.say(message) ?? false,
      warn: (sentence) => this.#notices.say(sentence),
    });
    this.#consent = new Consent({
      words,
      lang: options.boot.lang,
      onAnswer: (choice, details) => this.#call?.answerConsent(choice, details),
    });
    this.#voice = new OwnVoice({
      media,
      onChange: () => this.#renderTiles(),
      onMutedTalking: () => this.#notices.show(words.mutedTalking),
    });
    this.#controls = new Controls({
      media,
      words,
      onLeave: () => this.leave(),
      onProblem: (sentence) => this.#notices.show(sentence),
    });
    this.#recording = new RecordingControls({
      words,
      onStart: (wanted) => this.#call?.say({ type: "start-recording", ...wanted }),
      onStop: () => this.#call?.say({ type: "stop-recording" }),
      onOpenConsent: () => this.#askAgain(),
    });
    this.#shortcuts = this.#connectKeys();
    watchReturns(() => this.#returned());
  }

  /** While the person gets ready, the socket opens. */
  prepare() {
    if (this.#call) return;
    this.#call = this.#makeCall();
    this.#call.prepare();
  }

  /** @param {Entry} entry */
  join(entry) {
    if (this.#joining) return;
    this.#call ??= this.#makeCall();
    this.#joining = true;
    this.#call.start(entry);
  }

  leave() {
    this.#call?.leave();
  }

  #connectKeys() {
    const { panels, hands } = this.#together;
    return new Shortcuts({
      media: this.#media,
      mayTalk: () => this.#controls.mayUnmute,
      deeds: {
        microphone: () => void this.#controls.toggle("microphone"),
        camera: () => void this.#controls.toggle("camera"),
        hand: () => hands.toggle(),
        chat: () => panels.toggle("chat"),
        people: () => panels.toggle("people"),
        closePanel: () => panels.close(),
      },
    });
  }

  #makeCall() {
    const { boot, media } = this.#options;
    this.#joining = this.#joined = this.#turnedAway = this.#atDoor = false;
    return new Call({
      url: socketUrl(boot),
      iceServers: boot.ice_servers,
      media,
      onState: (state, before, message) => this.#changed(state, before, message),
      onTracks: (tracks) => this.#received(tracks),
      onJoined: () => this.#entered(),
      onCaption: (message) => this.#captions.hear(message),
      onSilenced: (source) => this.#notices.show(this.#words.silenced[source]),
      onLost: () => this.#lost(),
      onRefused: (code, verb) => this.#refused(code, verb),
      onEnded: (code) => this.#ended(code),
    });
  }

  #entered() {
    clearTimeout(this.#settling);
    this.#viewing.forget();
    this.#captions.entered();
    if (this.#joined) this.#settling = setTimeout(() => this.#settled(), SETTLED_MS);
    else this.#open();
    if (!this.#joined || this.#atDoor) this.#options.onJoined();
    this.#joined = true;
    this.#atDoor = false;
  }

  /** @param {string} text */
  #wait(text) {
    this.#atDoor = true;
    this.#options.onWaiting(text);
  }

  #lost() {
    clearTimeout(this.#settling);
    if (this.#atDoor) return this.#options.onLost();
    if (this.#banner.hidden) this.#notices.warn(this.#words.reconnecting);
    this.#banner.hidden = false;
    setText(this.#banner, "connection", this.#words.reconnecting);
  }

  #settled() {
    this.#banner.hidden = true;
    this.#notices.warn("");
    this.#notices.show(this.#words.reconnected);
  }

  #open() {
    mark("joined");
    this.#tiles.open();
    this.#shortcuts.open();
    this.#voice.follow();
    this.#media.addEventListener("change", this.#mediaChanged);
    const stopMeasuring = watchQuality({
      sample: async () => (await this.#call?.quality()) ?? null,
      onLevel: (level) => this.#call?.say({ type: "quality", level }),
    });
    const stopProgress = watchProgress({
      progress: async () => (await this.#call?.progress()) ?? new Map(),
      lines: () => this.#expectedLines(),
      onChange: (stalled) => {
        this.#stalled = stalled;
        this.#renderTiles();
      },
    });
    this.#stopWatching = () => {
      stopMeasuring();
      stopProgress();
    };
  }

  #close() {
    this.#stopWatching();
    clearTimeout(this.#settling);
    this.#media.removeEventListener("change", this.#mediaChanged);
    const seen = [this.#tiles, this.#controls, this.#together, this.#captions, this.#consent, this.#announcement];
    for (const part of [...seen, this.#layout, this.#viewing, this.#shortcuts, this.#voice, this.#sound]) part.close();
    this.#notices.clear();
    this.#banner.hidden = true;
    this.#tracks = [];
    this.#stalled = new Set();
  }

  #returned() {
    this.#call?.retryNow();
    if (!this.#joined) return;
    wakeLevel();
    this.#sound.resume();
    void this.#media.recover();
  }

  #mediaChanged = () => {
    this.#tellInterruption();
    this.#voice.follow();
    this.#render();
  };

  #tellInterruption() {
    const isOn = this.#media.interrupted.has("microphone") && this.#media.on.microphone;
    if (isOn === this.#isInterrupted) return;
    this.#isInterrupted = isOn;
    this.#notices.show(isOn ? this.#words.interrupted : this.#words.interruptionOver);
    if (!isOn) this.#sound.resume();
  }

  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").State} before
   * @param {import("./protocol.js").ServerMessage} message
   */
  #changed(state, before, message) {
    if (message.type === "waiting") return this.#wait(message.text);
    const minutes = minutesUrl(this.#options.boot, state.recorded.at(-1));
    tellNews({ notices: this.#notices, words: this.#words, state, before, message, minutes });
    if (message.type === "reaction") this.#tiles.react(message);
    else if (message.type === "talking" || message.type === "quality") this.#renderTiles();
    else this.#render();
  }

  /** @param {RemoteTrack[]} tracks */
  #received(tracks) {
    this.#tracks = tracks;
    this.#sound.render(tracks, this.#media.choices.speaker);
    this.#renderTiles();
    for (const { mid, source } of tracks) {
      const receiver = source === "microphone" ? this.#call?.receiverOf(mid) : null;
      if (receiver) void markFirstAudio(receiver);
    }
  }

  #render() {
    const state = this.#call?.state;
    if (!state) return;
    this.#renderTiles();
    this.#sound.render(this.#tracks, this.#media.choices.speaker);
    this.#controls.render(state);
    this.#together.render(state);
    this.#captions.render(state);
    this.#recording.render(state);
    this.#consent.render(state.recording);
    this.#announcement.render(state.recording, this.#media.choices.speaker);
  }

  #renderTiles() {
    const state = this.#call?.state;
    if (!state) return;
    this.#tiles.render({
      state,
      tracks: this.#tracks,
      stalled: this.#stalled,
      iTalk: this.#voice.talking,
      preferences: this.#layout.preferences,
    });
  }

  /** What should be bringing something, by what the others say is on; a picture, if it is shown. */
  #expectedLines() {
    const participants = this.#call?.state.participants ?? [];
    return this.#tracks.map(({ mid, participant, source }) => {
      const person = participants.find(({ id }) => id === participant);
      const isOn = source !== "sound" && (person?.[source] ?? false); // that of a screen may well be silence
      return { mid, expected: isOn && (source === "microphone" || this.#viewing.shows(participant, source)) };
    });
  }

  #askAgain() {
    const recording = this.#call?.state.recording;
    if (recording) this.#consent.ask(recording);
  }

  /**
   * @param {string} code
   * @param {string} verb
   */
  #refused(code, verb) {
    if (verb === "chat") this.#together.chat.giveBack();
    if (verb !== "join") return this.#notices.show(sentenceOf(this.#words, code));
    this.#turnedAway = true;
    this.#call?.leave();
    this.#options.onTurnedAway(code);
  }

  /** @param {number} code */
  #ended(code) {
    const { recorded = [], recording = null } = this.#call?.state ?? {};
    const minutes = minutesUrl(this.#options.boot, recorded.at(-1) ?? recording?.id);
    const wasIn = this.#joined;
    this.#call = null;
    this.#joining = false;
    this.#close();
    if (!this.#turnedAway) this.#options.onEnded(code, minutes, wasIn);
  }
}
