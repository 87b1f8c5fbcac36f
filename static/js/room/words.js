/** @file Every sentence that the room says from the browser, in French and in English. */

const NBSP = "\u00a0"; // before « : » and inside quotation marks
const THIN = "\u202f"; // before « ! », « ? » and « ; »

/** @param {string} name */
const quoted = (name) => `«${NBSP}${name}${NBSP}»`;

const fr = {
  verified: "Identité vérifiée",
  local: "Compte local",
  invited: "Sur invitation",
  declared: "Nom déclaré",
  organiser: "Organise la réunion",
  you: "vous",
  noDevice: "Aucun appareil",

  cameraOff: "Votre caméra est éteinte",
  cameraMissing: "Aucune caméra n’a été trouvée",
  cameraDenied: "Votre caméra n’est pas autorisée",
  cameraBusy: "Votre caméra est utilisée par une autre application",
  cameraFailed: "Votre caméra n’a pas pu démarrer",
  cameraAsking: "Autorisez la caméra et le microphone dans la fenêtre de votre navigateur",
  microphoneOff: "Votre microphone est coupé",
  microphoneWorks: "Parlez pour essayer votre microphone",
  microphoneMissing: "Aucun microphone n’a été trouvé. Vous pouvez rejoindre la réunion pour écouter.",
  microphoneDenied:
    "Votre microphone n’est pas autorisé. Ouvrez les autorisations du site, à gauche de l’adresse, " +
    "puis autorisez le microphone. Vous pouvez aussi rejoindre la réunion pour écouter.",
  microphoneBusy: "Votre microphone est utilisé par une autre application. Fermez-la, puis choisissez-le de nouveau.",
  microphoneFailed:
    "Votre microphone n’a pas pu démarrer. Choisissez-en un autre, ou rejoignez la réunion pour écouter.",
  insecure: `Cette adresse n’est pas sécurisée (https)${NBSP}: le navigateur refuse la caméra et le microphone.`,
  nameRequired: "Indiquez votre nom pour rejoindre la réunion.",

  connecting: "Connexion à la réunion…",
  reconnecting: "Connexion perdue. Reconnexion en cours…",
  reconnected: "La connexion est rétablie.",
  presenting: "Vous partagez votre écran.",
  waitingMedia: "Connexion…",
  mutedTalking: "Vous parlez, mais votre microphone est coupé.",
  shareFailed: "Le partage d’écran n’a pas pu démarrer.",

  microphoneTitle: (/** @type {boolean} */ on) => `${on ? "Couper" : "Activer"} le microphone (Ctrl + D)`,
  cameraTitle: (/** @type {boolean} */ on) => `${on ? "Éteindre" : "Allumer"} la caméra (Ctrl + E)`,
  screenTitle: (/** @type {boolean} */ on) => `${on ? "Arrêter de partager" : "Partager"} votre écran`,
  people: (/** @type {number} */ count) => `Participants (${count})`,
  more: (/** @type {number} */ count) => (count > 1 ? `et ${count} autres personnes` : "et une autre personne"),
  screenOf: (/** @type {string} */ name) => `Écran de ${name}`,
  muted: "Microphone coupé",

  joined: (/** @type {string[]} */ names) =>
    names.length > 1 ? `${names.length} personnes ont rejoint la réunion.` : `${names[0]} a rejoint la réunion.`,
  left: (/** @type {string[]} */ names) =>
    names.length > 1 ? `${names.length} personnes ont quitté la réunion.` : `${names[0]} a quitté la réunion.`,
  shares: (/** @type {string} */ name) => `${name} partage son écran.`,

  recordingStarted: "L’enregistrement a commencé. Votre accord vous est demandé.",
  recordingStopped: "L’enregistrement est terminé.",
  recordingMinutes: "L’enregistrement est terminé. Le compte rendu est en préparation.",
  openMinutes: "Ouvrir le compte rendu (nouvel onglet)",
  onRecord: "Sur l’enregistrement",
  offRecord: "Hors enregistrement",
  youOnRecord: "Votre microphone est enregistré",
  youOffRecord: "Vous êtes hors enregistrement",
  youNotAnswered: "Votre réponse est attendue",
  change: "Modifier",
  answer: "Répondre",
  consentAccepted: "C’est noté" + NBSP + ": le son de votre microphone est enregistré.",
  consentDeclined: "C’est noté" + NBSP + ": vous restez hors enregistrement.",
  startRecording: "Enregistrer",
  stopRecording: "Arrêter l’enregistrement",
  startTitle: "Démarrer l’enregistrement" + THIN + "?",
  startText:
    "Chaque personne présente, et chaque personne qui arrivera, devra donner sa réponse. Seul le son des personnes " +
    "qui acceptent est conservé, pour établir le compte rendu.",
  startConfirm: "Démarrer l’enregistrement",
  stopTitle: "Arrêter l’enregistrement" + THIN + "?",
  stopText: "Le compte rendu sera établi à partir de ce qui a été enregistré. La réunion, elle, continue.",
  stopConfirm: "Arrêter l’enregistrement",

  endedTitle: "La réunion s’est arrêtée pour vous",
  endedText: "La connexion a été fermée. Vous pouvez revenir dans la réunion.",
  leftTitle: "Vous avez quitté la réunion",
  leftText: (/** @type {string} */ title) =>
    `La réunion ${quoted(title)} continue sans vous si d’autres y sont encore.`,
  replacedTitle: "Vous avez rejoint cette réunion ailleurs",
  replacedText: "Une autre fenêtre ou un autre appareil a pris votre place. Un seul peut être présent à la fois.",
  goneTitle: "Cette réunion n’existe pas",
  goneText: "Vérifiez le lien auprès de la personne qui vous l’a transmis.",
  again: "Rejoindre à nouveau",
  here: "Revenir ici",

  errors: /** @type {Record<string, string>} */ ({
    "not-joined": "Vous n’êtes pas dans la réunion.",
    "not-allowed": "Vous n’avez pas le droit de faire cela dans cette réunion.",
    "name-required": "Indiquez votre nom pour rejoindre la réunion.",
    "meeting-full": "La réunion est complète. Réessayez quand une personne l’aura quittée.",
    "offer-refused": "Votre navigateur a envoyé un son ou une image que la réunion ne peut pas accepter.",
    "already-recording": "La réunion est déjà enregistrée.",
    "not-recording": "La réunion n’est pas enregistrée.",
    "media-unavailable": "Le son et l’image sont momentanément indisponibles.",
    "no-institution": "Votre compte n’a pas d’institution.",
    "room-locked": "La salle est verrouillée : plus personne ne peut entrer. Prévenez la personne qui organise.",
    "room-closed": "Cette salle est fermée.",
    "guests-not-allowed": "Cette réunion n’accueille pas d’invités. Si vous êtes agent, connectez-vous avec ProConnect.",
    "other-institutions-not-allowed": "Cette réunion est réservée aux agents de l’institution qui l’organise.",
    "closed-by-type": "Cette réunion est sensible : elle est réservée à l’institution qui l’organise.",
    "stronger-sign-in-needed": "Cette réunion demande une connexion plus forte. Reconnectez-vous avec ProConnect et un second facteur.",
    "recording-never": "L’enregistrement n’est pas autorisé ici.",
    "no-trace-of-this-type": "Une réunion de ce type ne laisse aucune trace.",
    "organisers-only": "Seules les personnes qui organisent peuvent le faire.",
    "recording-quota-spent": "Votre institution a épuisé ses heures d’enregistrement de ce mois.",
    refused: "La demande a été refusée.",
  }),
};

/** @typedef {typeof fr} Words */

/** @type {Words} */
const en = {
  verified: "Verified identity",
  local: "Local account",
  invited: "By invitation",
  declared: "Declared name",
  organiser: "Organises the meeting",
  you: "you",
  noDevice: "No device",

  cameraOff: "Your camera is off",
  cameraMissing: "No camera was found",
  cameraDenied: "Your camera is not allowed",
  cameraBusy: "Your camera is used by another application",
  cameraFailed: "Your camera could not start",
  cameraAsking: "Allow the camera and the microphone in your browser’s window",
  microphoneOff: "Your microphone is muted",
  microphoneWorks: "Speak to try your microphone",
  microphoneMissing: "No microphone was found. You can join the meeting to listen.",
  microphoneDenied:
    "Your microphone is not allowed. Open the site’s permissions, to the left of the address, " +
    "and allow the microphone. You can also join the meeting to listen.",
  microphoneBusy: "Your microphone is used by another application. Close it, then choose it again.",
  microphoneFailed: "Your microphone could not start. Choose another one, or join the meeting to listen.",
  insecure: "This address is not secure (https): the browser refuses the camera and the microphone.",
  nameRequired: "Enter your name to join the meeting.",

  connecting: "Joining the meeting…",
  reconnecting: "Connection lost. Reconnecting…",
  reconnected: "The connection is back.",
  presenting: "You are sharing your screen.",
  waitingMedia: "Connecting…",
  mutedTalking: "You are speaking, but your microphone is muted.",
  shareFailed: "Screen sharing could not start.",

  microphoneTitle: (on) => `${on ? "Mute" : "Unmute"} the microphone (Ctrl + D)`,
  cameraTitle: (on) => `Turn the camera ${on ? "off" : "on"} (Ctrl + E)`,
  screenTitle: (on) => (on ? "Stop sharing your screen" : "Share your screen"),
  people: (count) => `People (${count})`,
  more: (count) => (count > 1 ? `and ${count} other people` : "and one other person"),
  screenOf: (name) => `${name}’s screen`,
  muted: "Microphone muted",

  joined: (names) => `${names.length > 1 ? `${names.length} people` : names[0]} joined the meeting.`,
  left: (names) => `${names.length > 1 ? `${names.length} people` : names[0]} left the meeting.`,
  shares: (name) => `${name} is sharing their screen.`,

  recordingStarted: "The recording has started. You are asked for your agreement.",
  recordingStopped: "The recording has ended.",
  recordingMinutes: "The recording has ended. The minutes are being prepared.",
  openMinutes: "Open the minutes (new tab)",
  onRecord: "On the record",
  offRecord: "Off the record",
  youOnRecord: "Your microphone is being recorded",
  youOffRecord: "You are off the record",
  youNotAnswered: "Your answer is awaited",
  change: "Change",
  answer: "Answer",
  consentAccepted: "Noted: the sound of your microphone is being recorded.",
  consentDeclined: "Noted: you stay off the record.",
  startRecording: "Record",
  stopRecording: "Stop recording",
  startTitle: "Start recording?",
  startText:
    "Each person who is here, and each person who arrives later, will have to answer. Only the sound of those " +
    "who accept is kept, to write the minutes.",
  startConfirm: "Start recording",
  stopTitle: "Stop recording?",
  stopText: "The minutes will be written from what was recorded. The meeting itself goes on.",
  stopConfirm: "Stop recording",

  endedTitle: "The meeting has stopped for you",
  endedText: "The connection was closed. You can come back to the meeting.",
  leftTitle: "You have left the meeting",
  leftText: (title) => `The meeting “${title}” goes on without you if others are still in it.`,
  replacedTitle: "You have joined this meeting elsewhere",
  replacedText: "Another window or device has taken your place. Only one can be present at a time.",
  goneTitle: "This meeting does not exist",
  goneText: "Check the link with the person who sent it to you.",
  again: "Join again",
  here: "Come back here",

  errors: {
    "not-joined": "You are not in the meeting.",
    "not-allowed": "You are not allowed to do this in this meeting.",
    "name-required": "Enter your name to join the meeting.",
    "meeting-full": "The meeting is full. Try again when somebody has left.",
    "offer-refused": "Your browser sent sound or pictures which the meeting cannot accept.",
    "already-recording": "The meeting is already being recorded.",
    "not-recording": "The meeting is not being recorded.",
    "media-unavailable": "Sound and pictures are unavailable for the moment.",
    "no-institution": "Your account has no institution.",
    "room-locked": "The room is locked: nobody new comes in. Tell the organiser.",
    "room-closed": "This room is closed.",
    "guests-not-allowed": "This meeting takes no guests. If you are an agent, sign in with ProConnect.",
    "other-institutions-not-allowed": "This meeting is for agents of the institution that organises it.",
    "closed-by-type": "This meeting is sensitive: it is for the institution that organises it.",
    "stronger-sign-in-needed": "This meeting requires a stronger sign-in. Sign in again with ProConnect and a second factor.",
    "recording-never": "Recording is not allowed here.",
    "no-trace-of-this-type": "A meeting of this type leaves no trace.",
    "organisers-only": "Only organisers may do this.",
    "recording-quota-spent": "Your institution has used up its recording hours of this month.",
    refused: "The request was refused.",
  },
};

/**
 * @param {"fr" | "en"} language
 * @returns {Words}
 */
export function wordsIn(language) {
  return language === "en" ? en : fr;
}

/** @type {Record<import("./devices.js").Problem, "Missing" | "Denied" | "Busy" | "Failed">} */
const PROBLEM_ENDS = { missing: "Missing", denied: "Denied", busy: "Busy", failed: "Failed", insecure: "Failed" };

/**
 * Why a device could not be used, and what to do.
 *
 * @param {Words} words
 * @param {"microphone" | "camera"} source
 * @param {import("./devices.js").Problem} problem
 */
export function problemSentence(words, source, problem) {
  if (problem === "insecure" && source === "microphone") return words.insecure;
  return words[`${source}${PROBLEM_ENDS[problem]}`];
}

/**
 * @param {Words} words
 * @param {string} code of an error of the server
 */
export function sentenceOf(words, code) {
  return words.errors[code] ?? words.errors.refused ?? code;
}
