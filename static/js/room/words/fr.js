/** @file Every sentence that the room says from the browser, in French. */

const NBSP = "\u00a0"; // before « : » and inside quotation marks
const THIN = "\u202f"; // before « ! », « ? » and « ; »

/** @param {string} name */
const quoted = (name) => `«${NBSP}${name}${NBSP}»`;

export const fr = {
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
  interrupted: "Le système a pris votre microphone, pour un appel téléphonique peut-être. Il reviendra de lui-même.",
  interruptionOver: "Votre microphone est de retour.",
  captions: {
    starting: "Les sous-titres arrivent…",
    ok: "",
    late: "Les sous-titres ont du retard.",
    full: "Trop de réunions sont sous-titrées en ce moment. Les sous-titres reviendront d’eux-mêmes.",
    lost: "Les sous-titres sont interrompus. Ils reviendront d’eux-mêmes.",
  },
  shareFailed: "Le partage d’écran n’a pas pu démarrer.",

  microphoneTitle: (/** @type {boolean} */ on) => `${on ? "Couper" : "Activer"} le microphone (Ctrl + D)`,
  cameraTitle: (/** @type {boolean} */ on) => `${on ? "Éteindre" : "Allumer"} la caméra (Ctrl + E)`,
  screenTitle: (/** @type {boolean} */ on) => `${on ? "Arrêter de partager" : "Partager"} votre écran`,
  people: (/** @type {number} */ count) => `Participants (${count})`,
  page: (/** @type {number} */ page, /** @type {number} */ pages) => `Page ${page} sur ${pages}`,
  pin: (/** @type {string} */ name) => `Épingler ${name}`,
  fullScreen: (/** @type {boolean} */ on) => `${on ? "Quitter le plein" : "Plein"} écran`,
  quality: ["Connexion interrompue", "Connexion faible", "Connexion moyenne"],
  screenOf: (/** @type {string} */ name) => `Écran de ${name}`,
  muted: "Microphone coupé",

  joinedNews: (/** @type {string[]} */ names) =>
    names.length > 1 ? `${names.length} personnes ont rejoint la réunion.` : `${names[0]} a rejoint la réunion.`,
  leftNews: (/** @type {string[]} */ names) =>
    names.length > 1 ? `${names.length} personnes ont quitté la réunion.` : `${names[0]} a quitté la réunion.`,
  handNews: (/** @type {string[]} */ names) =>
    names.length > 1 ? `${names.length} personnes lèvent la main.` : `${names[0]} lève la main.`,
  waitingNews: (/** @type {string[]} */ names) =>
    names.length > 1 ? `${names.length} personnes attendent d’entrer.` : `${names[0]} attend d’entrer.`,
  chatNews: (/** @type {string[]} */ texts) => (texts.length > 1 ? `${texts.length} nouveaux messages.` : `${texts[0]}`),
  chatLine: (/** @type {string} */ name, /** @type {string} */ text) => `${name}${NBSP}: ${text}`,
  shares: (/** @type {string} */ name) => `${name} partage son écran.`,

  roomLocked: `La réunion est verrouillée${NBSP}: plus personne ne peut entrer.`,
  roomUnlocked: "La réunion n’est plus verrouillée.",
  unmuteOff: "Les microphones sont coupés. Levez la main pour demander la parole.",
  unmuteOn: "Vous pouvez de nouveau activer votre microphone.",
  silenced: {
    microphone: "Une personne qui organise a coupé votre microphone.",
    camera: "Une personne qui organise a éteint votre caméra.",
    screen: "Une personne qui organise a arrêté votre partage d’écran.",
  },
  youOrganise: "Vous organisez maintenant la réunion, vous aussi.",
  everybodyMuted: "Tous les microphones sont coupés, sauf ceux des personnes qui organisent.",

  waitingTitle: (/** @type {number} */ count) => `En attente (${count})`,
  waitingCount: (/** @type {number} */ count) =>
    count > 1 ? `${count} personnes attendent d’entrer` : "Une personne attend d’entrer",
  waitingTold: "Votre message est affiché aux personnes qui attendent.",
  see: "Voir",
  admit: (/** @type {string} */ name) => `Faire entrer ${name}`,
  refuse: (/** @type {string} */ name) => `Refuser l’entrée à ${name}`,

  actionsFor: (/** @type {string} */ name) => `Actions pour ${name}`,
  removeTitle: (/** @type {string} */ name) => `Faire sortir ${name}${THIN}?`,
  removeText: "Cette personne quittera la réunion et ne pourra pas revenir avant la fin.",
  removeConfirm: "Faire sortir",
  handOverTitle: (/** @type {string} */ name) => `Confier la salle à ${name}${THIN}?`,
  handOverText: "La salle lui appartiendra. Vous continuerez à organiser la réunion, mais vous ne pourrez pas la reprendre.",
  handOverConfirm: "Confier la salle",
  endTitle: `Terminer la réunion pour tout le monde${THIN}?`,
  endText: "Toutes les personnes présentes quitteront la réunion, et la discussion sera effacée.",
  endConfirm: "Terminer pour tout le monde",

  handTitle: (/** @type {boolean} */ up) => `${up ? "Baisser" : "Lever"} la main (Ctrl + Alt + H)`,
  handsTitle: (/** @type {number} */ count) => `Mains levées (${count})`,
  lowerHand: (/** @type {string} */ name) => `Baisser la main de ${name}`,

  unread: (/** @type {number} */ count) => (count > 1 ? `${count} messages non lus` : "1 message non lu"),
  chatNotSent: `Le message n’est pas parti${NBSP}: la connexion est coupée.`,
  newTab: (/** @type {string} */ address) => `${address} (nouvel onglet)`,

  recordingStarted: "L’enregistrement a commencé. Votre accord vous est demandé.",
  recordingStopped: "L’enregistrement est terminé.",
  stoppedBecause: /** @type {Record<string, string>} */ ({
    forbidden: `L’enregistrement a été arrêté${NBSP}: les règles de ce salon ne le permettent plus.`,
    "too-long": `L’enregistrement a été arrêté${NBSP}: il a atteint la durée maximale fixée par votre institution.`,
    administration: "L’enregistrement a été arrêté par l’administration de l’institution.",
    "nobody-left": `L’enregistrement a été arrêté${NBSP}: plus aucune des personnes qui l’avaient accepté n’est présente.`,
    "disk-full":
      `L’enregistrement a été arrêté${NBSP}: le service n’a plus de place pour enregistrer. ` +
      "Ce qui a été dit jusqu’ici est conservé.",
  }),
  recordingMinutes: "L’enregistrement est terminé. Le compte rendu est en préparation.",
  openMinutes: "Ouvrir le compte rendu (nouvel onglet)",
  onRecord: "Sur l’enregistrement",
  offRecord: "Hors enregistrement",
  youOnRecord: "Votre microphone est enregistré",
  youOnRecordWordless: "Votre microphone est enregistré, sans transcription",
  legalBases: {
    "public-task": "mission d’intérêt public",
    "legal-obligation": "obligation légale",
    consent: "votre consentement",
  },
  consentPurpose: (/** @type {string} */ label, /** @type {string} */ text) => `${label}. ${text}`,
  consentFacts: (/** @type {string} */ basis, /** @type {number} */ days) =>
    `Base légale${NBSP}: ${basis}. Le son est conservé ${days}${NBSP}jour${days > 1 ? "s" : ""} au plus.`,
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
    "qui acceptent est conservé.",
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
  gaveUpTitle: "Vous avez quitté la salle d’attente",
  gaveUpText: "Vous pouvez demander de nouveau à entrer.",
  refusedTitle: "Votre entrée a été refusée",
  refusedText: "Une personne qui organise la réunion ne vous a pas fait entrer. Si c’est une erreur, prenez contact avec elle.",
  removedTitle: "Vous ne faites plus partie de la réunion",
  removedText: "Une personne qui organise vous en a fait sortir. Vous ne pourrez pas revenir avant la fin de la réunion.",
  signedOutTitle: "Vous n’êtes plus connecté",
  signedOutText: "Votre session a pris fin. Rechargez cette page pour vous identifier et revenir dans la réunion.",
  overTitle: "La réunion est terminée",
  overText: "Une personne qui organise y a mis fin pour tout le monde. La discussion est effacée.",
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
    "no-purpose": "Votre institution n’enregistre rien à cette fin.",
    "not-recording": "La réunion n’est pas enregistrée.",
    "media-unavailable": "Le son et l’image sont momentanément indisponibles.",
    "no-institution": "Votre compte n’a pas d’institution.",
    "room-locked": "La salle est verrouillée : plus personne ne peut entrer. Prévenez la personne qui organise.",
    "room-closed": "Cette salle est fermée.",
    "guests-not-allowed": "Cette réunion n’accueille pas d’invités. Si vous êtes agent, connectez-vous avec ProConnect.",
    "other-institutions-not-allowed": "Cette réunion est réservée aux agents de l’institution qui l’organise.",
    "closed-by-type": "Cette réunion est sensible : elle est réservée à l’institution qui l’organise.",
    "stronger-sign-in-needed": "Cette réunion demande une connexion plus forte. Reconnectez-vous avec ProConnect et un second facteur.",
    "disk-full":
      `L’enregistrement est impossible pour le moment${NBSP}: le service n’a plus de place. ` +
      "Ses exploitants ont été prévenus.",
    "recording-never": "L’enregistrement n’est pas autorisé ici.",
    "no-trace-of-this-type": "Une réunion de ce type ne laisse aucune trace.",
    "organisers-only": "Seules les personnes qui organisent peuvent le faire.",
    "recording-quota-spent": "Votre institution a épuisé ses heures d’enregistrement de ce mois.",
    "entry-refused": "Une personne qui organise a refusé votre entrée dans cette réunion.",
    removed: "Une personne qui organise vous a fait sortir de cette réunion. Vous pourrez revenir quand elle sera terminée.",
    "microphone-held": "Votre microphone reste coupé pour l’instant. Levez la main pour demander la parole.",
    "not-here": "Cette personne a quitté la réunion.",
    "not-of-the-institution": "Seul un agent de l’institution de cette salle peut l’organiser.",
    refused: "La demande a été refusée.",
  }),
};

/** @typedef {typeof fr} Words */
