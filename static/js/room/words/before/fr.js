/** @file What is said before a meeting about devices and the network, in French. */

/** @typedef {import("../../platform.js").BrowserName} BrowserName */
/** @typedef {import("../../platform.js").SystemName} SystemName */
/** @typedef {"microphone" | "camera"} Device */

const NBSP = "\u00a0"; // before « : » and inside quotation marks
const THIN = "\u202f"; // before « ? »

/** @param {string} label */
const quoted = (label) => `«${NBSP}${label}${NBSP}»`;

export const fr = {
  silent:
    "Aucun son ne vient de votre microphone. Dites quelques mots. Si les barres ne bougent pas, vérifiez " +
    "son interrupteur, son câble et le volume d’entrée de l’ordinateur, ou choisissez un autre microphone.",
  microphoneDenied: "Votre microphone n’est pas autorisé. Autorisez-le, ou rejoignez la réunion pour écouter.",
  soundPlays: "Vous devriez entendre trois notes.",
  soundPlayed: `Rien entendu${THIN}? Montez le volume, ou choisissez un autre haut-parleur.`,
  soundFailed: "Le son n’a pas pu être joué. Choisissez un autre haut-parleur.",

  helpTitle: (/** @type {string} */ devices, /** @type {string} */ where) => `Pour autoriser ${devices} ${where}`,
  devices: /** @type {Record<string, string>} */ ({
    microphone: "le microphone",
    camera: "la caméra",
    both: "la caméra et le microphone",
  }),
  inBrowser: /** @type {Record<BrowserName, string>} */ ({
    chrome: "dans Chrome",
    edge: "dans Edge",
    firefox: "dans Firefox",
    safari: "dans Safari",
    other: "dans votre navigateur",
  }),
  inSystem: /** @type {Record<SystemName, string>} */ ({
    windows: "dans Windows",
    macos: "sur ce Mac",
    linux: "sous Linux",
    android: "sur ce téléphone",
    ios: "sur cet appareil",
    other: "sur cet appareil",
  }),
  browserSteps: /** @type {Record<BrowserName, string[]>} */ ({
    chrome: [
      "Cliquez sur l’icône des réglages, à gauche de l’adresse, en haut de la fenêtre.",
      `Activez ${quoted("Micro")} et ${quoted("Caméra")}.`,
    ],
    edge: [
      `Cliquez sur le cadenas, à gauche de l’adresse, puis sur ${quoted("Autorisations pour ce site")}.`,
      `Pour le microphone et la caméra, choisissez ${quoted("Autoriser")}.`,
    ],
    firefox: [
      "Cliquez sur l’icône barrée (microphone ou caméra), à gauche de l’adresse.",
      `Retirez le blocage avec la croix, à côté de ${quoted("Bloqué")}.`,
    ],
    safari: [
      `Dans le menu Safari, ouvrez ${quoted("Réglages pour ce site web")}.`,
      `Pour le microphone et la caméra, choisissez ${quoted("Autoriser")}.`,
    ],
    other: [
      "Ouvrez les autorisations du site, le plus souvent à gauche de l’adresse.",
      "Autorisez le microphone et la caméra.",
    ],
  }),
  mobileSteps: /** @type {Record<"android" | "ios", string[]>} */ ({
    android: [
      `Touchez l’icône à gauche de l’adresse, puis ${quoted("Autorisations")}.`,
      "Autorisez le microphone et la caméra.",
    ],
    ios: [
      `Touchez le bouton à côté de l’adresse, puis ${quoted("Réglages du site web")}.`,
      `Pour le microphone et la caméra, choisissez ${quoted("Autoriser")}.`,
    ],
  }),
  systemStep: /** @type {Record<SystemName, string>} */ ({
    windows:
      `Dans les paramètres de Windows, ouvrez ${quoted("Confidentialité et sécurité")}, puis ${quoted("Microphone")} et ${quoted("Caméra")}${NBSP}: ` +
      "activez l’accès, y compris pour les applications de bureau.",
    macos:
      `Dans les réglages du Mac, ouvrez ${quoted("Confidentialité et sécurité")}, puis ${quoted("Microphone")} et ${quoted("Caméra")}${NBSP}: ` +
      "activez votre navigateur, quittez-le et rouvrez-le.",
    linux: "Dans les réglages du son, choisissez le microphone comme entrée et vérifiez qu’il n’est pas coupé.",
    android: `Dans les paramètres du téléphone, ouvrez ${quoted("Applications")}, votre navigateur, puis ${quoted("Autorisations")}.`,
    ios: `Dans les réglages de l’appareil, ouvrez votre navigateur et activez ${quoted("Micro")} et ${quoted("Caméra")}.`,
    other: "Vérifiez aussi les réglages de confidentialité de l’appareil.",
  }),
  ifNotEnough: (/** @type {string} */ step) => `Si cela ne suffit pas${NBSP}: ${step}`,
  thenRetry: `Revenez ici et choisissez ${quoted("Réessayer")}.`,
  managed:
    "Sur un poste géré par votre administration, ce réglage peut être verrouillé. Faites alors le test de connexion, " +
    "plus bas, et envoyez son rapport à votre support.",

  checking: "Test en cours, quelques secondes…",
  verdicts: {
    good: "Votre connexion convient.",
    detour:
      `Votre réseau bloque la voie la plus rapide (UDP). Le son et l’image passent par un relais${NBSP}: la réunion fonctionne, ` +
      "avec un peu plus de délai.",
    "no-media": "Votre réseau bloque le son et l’image. Essayez un autre réseau, ou envoyez le rapport à votre support.",
    "no-socket": "Votre réseau bloque la liaison avec la réunion. Essayez un autre réseau, ou envoyez le rapport à votre support.",
    untried:
      `La liaison avec la réunion fonctionne. Ce service n’a pas de relais${NBSP}: le son et l’image ne peuvent être essayés ` +
      "qu’une fois dans la réunion.",
  },
  checks: {
    websocket: "Liaison avec la réunion (WebSocket)",
    udp: "Son et image, voie rapide (UDP)",
    relay: "Son et image, par un relais (TCP, TLS)",
  },
  passed: (/** @type {number} */ ms) => `fonctionne, ${ms}${NBSP}ms`,
  failed: (/** @type {string} */ code) => `ne passe pas (${code})`,
  notOffered: "pas d’essai possible",
};

/** @typedef {typeof fr} BeforeWords */
