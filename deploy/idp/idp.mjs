// Visio's development identity provider: `node idp.mjs`. Its environment is written by visio_site/services/idp.py.
import { readFileSync } from "node:fs";
import http from "node:http";
import { AGENTS } from "./agents.mjs";
import { choosePage, errorPage } from "./pages.mjs";
import { PREFIX, agentOf, createProvider } from "./provider.mjs";

const LARGEST_FORM_BYTES = 10_000;
const { IDP_PORT, IDP_ISSUER, IDP_KEYS, RP_ORIGINS, RP_CLIENT_ID, RP_CLIENT_SECRET_FILE } = process.env;

const provider = createProvider({
  issuer: IDP_ISSUER,
  keysFile: IDP_KEYS,
  origins: RP_ORIGINS.split(","),
  clientId: RP_CLIENT_ID,
  clientSecret: readFileSync(RP_CLIENT_SECRET_FILE, "utf8").trim(),
});
const callback = provider.callback();

http
  .createServer((request, response) => {
    const { pathname } = new URL(request.url, IDP_ISSUER);
    if (pathname.startsWith(`${PREFIX}/interaction/`)) {
      return interact(request, response).catch((error) => refuse(response, error));
    }
    if (pathname === "/favicon.ico") return send(response, 204, "");
    if (!pathname.startsWith(`${PREFIX}/`)) return send(response, 404, errorPage("Y000404"));
    request.originalUrl = request.url; // how the library learns that it is mounted below a prefix
    request.url = request.url.slice(PREFIX.length);
    return callback(request, response);
  })
  .listen(Number(IDP_PORT), "127.0.0.1", () => console.log(`listening, issuer ${IDP_ISSUER}`));

/** The page where one chooses an agent, and the choice. */
async function interact(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method !== "POST") return send(response, 200, choosePage(AGENTS, (agent) => isSuggested(agent, params)));
  const form = await readForm(request);
  const agent = form.get("cancel") ? undefined : agentOf.get(form.get("sub"));
  const result = loginResult(agent, params);
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

function loginResult(agent, params) {
  if (!agent) return { error: "access_denied", error_description: "authentication aborted" };
  if (!satisfies(agent, params)) return { error: "access_denied", error_description: "requested ACRs could not be satisfied" };
  return { login: { accountId: agent.sub, acr: agent.acr, amr: agent.amr, remember: true } };
}

/** Whether the agent's level is one of those that the service calls essential. */
function satisfies(agent, params) {
  const wanted = params.claims ? JSON.parse(params.claims)?.id_token?.acr : undefined;
  const values = wanted?.values ?? [wanted?.value].filter(Boolean);
  return !wanted?.essential || values.length === 0 || values.includes(agent.acr);
}

function isSuggested(agent, { login_hint, siret_hint, idp_hint }) {
  return agent.email === login_hint || agent.siret === siret_hint || agent.idp_id === idp_hint;
}

async function readForm(request) {
  let body = "";
  for await (const chunk of request) {
    body += chunk;
    if (body.length > LARGEST_FORM_BYTES) throw new Error("form too large");
  }
  return new URLSearchParams(body);
}

function refuse(response, error) {
  console.log(`WARNING interaction ${error.name}`);
  send(response, 400, errorPage(error.name, "Recommencez depuis Visio."));
}

function send(response, status, html) {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(html);
}
