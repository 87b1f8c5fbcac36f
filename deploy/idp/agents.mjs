// The demonstration agents. SIRETs other than DINUM's are placeholders.
import { createHash } from "node:crypto";

const STATE = ["agent_public", "agent_public_etat"];
const PUBLIC = ["agent_public"];
const DINUM = { idp_id: "fi-dinum", organization_label: "DINUM", siret: "13002526500013", roles: STATE };
const CNRS = { idp_id: "fi-cnrs", organization_label: "CNRS", siret: "18008901303720", roles: PUBLIC };
const CNAM = { idp_id: "fi-cnam", organization_label: "Assurance Maladie", siret: "18003502400049", roles: PUBLIC };
const ARMEES = { idp_id: "fi-armees", organization_label: "Ministère des Armées", siret: "11009001600053", roles: STATE };
const FIRM = { idp_id: "fi-presta", organization_label: "Prestataire SA", siret: "55208131766522", roles: [] };
const OTHER = { ...DINUM, idp_id: "fi-autre", organization_label: "DINUM (autre fournisseur)" };

/**
 * @typedef {{sub: string, idp_id: string, uid: string, given_name: string, usual_name: string, email: string,
 *   siret: string, siren: string, organization_label: string, roles: string[], acr: string, idp_acr: string,
 *   amr: string[], note: string}} Agent
 */

/** @type {Agent[]} */
export const AGENTS = [
  agent(DINUM, "u1001", "Claire", "Fontaine", "claire.fontaine@dinum.example", "eidas1-mfa", "organise la démonstration"),
  agent(DINUM, "u1002", "Bilal", "Mercier", "bilal.mercier@dinum.example", "eidas1-mfa", "invité"),
  agent(CNRS, "u2001", "Chen", "Garnier", "chen.garnier@cnrs.example", "eidas2", "autre institution"),
  agent(DINUM, "u1003", "Dora", "Petit", "dora.petit@dinum.example", "eidas1-mfa", "déléguée à la protection des données"),
  agent(ARMEES, "u5001", "Paul", "d’Hérouville", "paul.dherouville@armees.example", "eidas3", "carte d’agent"),
  agent(CNAM, "u4001", "Sophie", "Durand", "sophie.durand@assurance-maladie.example", "eidas1", "sans second facteur"),
  agent(FIRM, "u9001", "Léa", "Roussel", "lea.roussel@prestataire.example", "eidas1-mfa", "secteur privé"),
  agent(OTHER, "x0001", "Ève", "Malory", "claire.fontaine@dinum.example", "eidas1-mfa", "même adresse, autre fournisseur"),
];

/** Of two agents with one e-mail address, the identity provider makes two subjects. */
function agent(institution, uid, given_name, usual_name, email, acr, note) {
  const withSecondFactor = acr !== "eidas1";
  return {
    ...institution,
    sub: subject(institution.idp_id, uid),
    uid,
    given_name,
    usual_name,
    email,
    siren: institution.siret.slice(0, 9),
    belonging_population: institution.roles.length ? "agent" : "prestataire",
    acr,
    idp_acr: acr,
    amr: withSecondFactor ? ["pwd", "otp", "mfa"] : ["pwd"],
    note,
  };
}

/** A UUID that stays the same from one installation to the next. */
function subject(idp, uid) {
  const hex = createHash("sha256").update(`${idp}:${uid}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
