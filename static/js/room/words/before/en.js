/** @file What is said before a meeting about devices and the network, in English. */

/** @type {import("./fr.js").BeforeWords} */
export const en = {
  silent:
    "No sound comes from your microphone. Say a few words. If the bars do not move, check its switch, its cable and " +
    "the input volume of the computer, or choose another microphone.",
  microphoneDenied: "Your microphone is not allowed. Allow it, or join the meeting to listen.",
  soundPlays: "You should hear three notes.",
  soundPlayed: "Nothing heard? Turn the volume up, or choose another speaker.",
  soundFailed: "The sound could not be played. Choose another speaker.",

  helpTitle: (devices, where) => `To allow ${devices} ${where}`,
  devices: { microphone: "the microphone", camera: "the camera", both: "the camera and the microphone" },
  inBrowser: { chrome: "in Chrome", edge: "in Edge", firefox: "in Firefox", safari: "in Safari", other: "in your browser" },
  inSystem: {
    windows: "in Windows",
    macos: "on this Mac",
    linux: "in Linux",
    android: "on this phone",
    ios: "on this device",
    other: "on this device",
  },
  browserSteps: {
    chrome: ["Click the settings icon, to the left of the address, at the top of the window.", "Turn on “Microphone” and “Camera”."],
    edge: [
      "Click the padlock, to the left of the address, then “Permissions for this site”.",
      "For the microphone and the camera, choose “Allow”.",
    ],
    firefox: [
      "Click the crossed-out icon (microphone or camera), to the left of the address.",
      "Remove the block with the cross, beside “Blocked”.",
    ],
    safari: ["In the Safari menu, open “Settings for this website”.", "For the microphone and the camera, choose “Allow”."],
    other: ["Open the permissions of the site, most often to the left of the address.", "Allow the microphone and the camera."],
  },
  mobileSteps: {
    android: ["Touch the icon to the left of the address, then “Permissions”.", "Allow the microphone and the camera."],
    ios: [
      "Touch the button beside the address, then “Website settings”.",
      "For the microphone and the camera, choose “Allow”.",
    ],
  },
  systemStep: {
    windows:
      "In the settings of Windows, open “Privacy & security”, then “Microphone” and “Camera”: turn access on, for desktop " +
      "apps too.",
    macos:
      "In the settings of the Mac, open “Privacy & Security”, then “Microphone” and “Camera”: turn your browser on, quit " +
      "it and open it again.",
    linux: "In the sound settings, choose the microphone as input and check that it is not muted.",
    android: "In the settings of the phone, open “Apps”, your browser, then “Permissions”.",
    ios: "In the settings of the device, open your browser and turn on “Microphone” and “Camera”.",
    other: "Check the privacy settings of the device, too.",
  },
  ifNotEnough: (step) => `If that is not enough: ${step}`,
  thenRetry: "Come back here and choose “Try the devices again”.",
  managed:
    "On a computer that your administration manages, this setting may be locked. Then test the connection, below, and send " +
    "the report to your support.",

  checking: "Testing, a few seconds…",
  verdicts: {
    good: "Your connection is fit for the meeting.",
    detour:
      "Your network blocks the fastest way (UDP). Sound and pictures go through a relay: the meeting works, with a little " +
      "more delay.",
    "no-media": "Your network blocks sound and pictures. Try another network, or send the report to your support.",
    "no-socket": "Your network blocks the link with the meeting. Try another network, or send the report to your support.",
    untried:
      "The link with the meeting works. This service has no relay: sound and pictures can only be tried once in the meeting.",
  },
  checks: {
    websocket: "Link with the meeting (WebSocket)",
    udp: "Sound and pictures, the fast way (UDP)",
    relay: "Sound and pictures, through a relay (TCP, TLS)",
  },
  passed: (ms) => `works, ${ms} ms`,
  failed: (code) => `does not get through (${code})`,
  notOffered: "cannot be tried",
};
