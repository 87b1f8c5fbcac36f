/** @file Tells the server the browser's time zone, for the next page, unless one was chosen already. */

const NAME = "visio_time_zone";
const AGE_S = 365 * 24 * 3600;

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = document.cookie.split("; ").some((cookie) => cookie.startsWith(`${NAME}=`));
if (zone && !known) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${NAME}=${zone}; path=/; max-age=${AGE_S}; samesite=lax${secure}`;
}
