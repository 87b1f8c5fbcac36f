// An OpenID Connect provider with ProConnect's contract: addresses, claims, signed userinfo, essential acr.
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import Provider from "oidc-provider";
import { AGENTS } from "./agents.mjs";
import { errorPage, loggedOutPage, logoutPage } from "./pages.mjs";

export const PREFIX = "/api/v2";
const LEVELS = ["eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3"];
const CLAIMS = [
  ...["uid", "given_name", "usual_name", "email", "organizational_unit", "siren", "siret", "belonging_population"],
  ...["idp_id", "idp_acr", "roles", "organization_label", "custom"],
];
// ProConnect answers 400 (Y000400) to any other parameter, and to a short state or nonce.
const AUTHORIZE_PARAMETERS = new Set([
  ...["client_id", "acr_values", "claims", "response_type", "response_mode", "nonce", "login_hint", "siret_hint"],
  ...["state", "redirect_uri", "scope", "prompt", "idp_hint", "code_challenge", "code_challenge_method"],
]);
const SHORTEST_STATE = 32;
const HOUR_S = 3600;

export const agentOf = new Map(AGENTS.map((agent) => [agent.sub, agent]));

/** @param {{issuer: string, keysFile: string, origins: string[], clientId: string, clientSecret: string}} options */
export function createProvider({ issuer, keysFile, origins, clientId, clientSecret }) {
  const provider = new Provider(issuer, {
    jwks: loadKeys(keysFile),
    clients: [client(origins, clientId, clientSecret)],
    acrValues: LEVELS,
    scopes: ["openid"],
    responseTypes: ["code"],
    subjectTypes: ["public"],
    claims: { openid: ["sub"], amr: ["amr"], phone: ["phone_number"], ...Object.fromEntries(CLAIMS.map((c) => [c, [c]])) },
    extraParams: ["idp_hint", "siret_hint"],
    pkce: { required: () => false },
    cookies: { names: { session: "pc_session_id", interaction: "pc_interaction", resume: "pc_resume" } },
    features: features(),
    routes: {
      authorization: "/authorize",
      token: "/token",
      userinfo: "/userinfo",
      jwks: "/jwks",
      end_session: "/session/end",
      revocation: "/token/revocation",
      introspection: "/token/introspection",
    },
    interactions: { url: (context, interaction) => `${PREFIX}/interaction/${interaction.uid}` },
    issueRefreshToken: () => true,
    ttl: {
      AuthorizationCode: 60,
      AccessToken: HOUR_S,
      IdToken: HOUR_S,
      Interaction: HOUR_S,
      RefreshToken: 2 * HOUR_S,
      Session: 12 * HOUR_S,
      Grant: 12 * HOUR_S,
    },
    findAccount,
    loadExistingGrant,
    renderError: (context, { error, error_description }) => {
      context.type = "html";
      context.body = errorPage(error, error_description);
    },
  });
  provider.use(refuseUnknownParameters);
  for (const event of ["server_error", "authorization.error", "grant.error", "userinfo.error", "end_session.error"]) {
    provider.on(event, (context, error) => console.log(`WARNING ${event} ${error?.error ?? error?.name}`));
  }
  return provider;
}

function client(origins, clientId, clientSecret) {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: origins.map((origin) => `${origin}/oidc/callback/`),
    post_logout_redirect_uris: origins.map((origin) => `${origin}/oidc/logout-callback/`),
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "client_secret_post",
    id_token_signed_response_alg: "RS256",
    userinfo_signed_response_alg: "RS256", // so userinfo is a JWT, as at ProConnect
  };
}

function features() {
  return {
    devInteractions: { enabled: false },
    jwtUserinfo: { enabled: true },
    claimsParameter: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => { context.body = logoutPage(form); },
      postLogoutSuccessSource: (context) => { context.body = loggedOutPage(); },
    },
  };
}

/** Kept between restarts: tokens and cookies of before stay good. */
function loadKeys(file) {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keys = { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "visio-dev" }] };
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

function findAccount(context, sub) {
  const agent = agentOf.get(sub);
  if (!agent) return undefined;
  const { acr, note, ...claims } = agent; // acr is told by the session, not by the account
  return { accountId: sub, claims: async () => claims };
}

/** No consent screen, as at ProConnect: what the service asks for is granted. */
async function loadExistingGrant({ oidc }) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope(oidc.params.scope);
  grant.addOIDCClaims([...(oidc.requestParamClaims ?? [])]);
  await grant.save();
  return grant;
}

async function refuseUnknownParameters(context, next) {
  if (context.path === "/authorize" && context.method === "GET") {
    const unknown = Object.keys(context.query).filter((name) => !AUTHORIZE_PARAMETERS.has(name));
    const short = ["state", "nonce"].filter((name) => !(context.query[name]?.length >= SHORTEST_STATE));
    if (unknown.length || short.length) {
      context.status = 400;
      context.body = `Y000400: ${[...unknown, ...short].join(" ")}`;
      return;
    }
  }
  await next();
}
