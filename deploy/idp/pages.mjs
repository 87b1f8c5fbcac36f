// The three pages that people see: choose an agent, leave, an error.

const STYLE = `
  :root { color-scheme: light dark }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
  .notice { border-left: .25rem solid #b34000; padding-left: 1rem }
  ul { list-style: none; padding: 0 }
  button { display: block; width: 100%; margin: .5rem 0; padding: .75rem 1rem; font: inherit; text-align: left;
    cursor: pointer; color: inherit; background: none; border: 1px solid currentColor; border-radius: .25rem }
  button:hover { background: #8883 }
  button:focus-visible { outline: 3px solid #0a76f6; outline-offset: 2px }
  button span { display: block; font-size: .875rem }`;

/** @param {unknown} text */
export const escape = (text) => String(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** A whole page around `body`, which is HTML. */
export function page(title, body) {
  return `<!doctype html>
<html lang="fr">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escape(title)} – fournisseur d’identité de développement</title>
  <style>${STYLE}</style>
</head>
<body>
  <main>
    <h1>${escape(title)}</h1>
    <p class="notice"><strong>Fournisseur d’identité de développement.</strong> Ce n’est pas ProConnect :
      aucun mot de passe n’est demandé, et toutes ces personnes sont fictives.</p>
    ${body}
  </main>
</body>
</html>`;
}

/** One button per agent; `isSuggested` tells those that the service asked for. */
export function choosePage(agents, isSuggested) {
  const items = agents.map((agent) => `<li>${agentButton(agent, isSuggested(agent))}</li>`);
  return page(
    "Se connecter",
    `<form method="post">
      <p id="question">En tant que qui voulez-vous entrer ?</p>
      <ul aria-labelledby="question">${items.join("\n")}</ul>
      <button name="cancel" value="1">Annuler</button>
    </form>`,
  );
}

function agentButton(agent, suggested) {
  const name = `${agent.given_name} ${agent.usual_name}`;
  return `<button name="sub" value="${agent.sub}" data-email="${escape(agent.email)}" data-uid="${escape(agent.uid)}">
    <strong>${escape(name)}</strong>, ${escape(agent.organization_label)}${suggested ? " (proposé)" : ""}
    <span>${escape(agent.email)} · ${escape(agent.acr)} · ${escape(agent.note)}</span></button>`;
}

/** ProConnect asks nothing at log-out: the form of the library sends itself. */
export function logoutPage(form) {
  return page(
    "Déconnexion",
    `${form}<script>
      const form = document.getElementById("op.logoutForm");
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "logout", value: "yes" }));
      form.submit();
    </script>`,
  );
}

export const loggedOutPage = () => page("Déconnexion", "<p>Vous êtes déconnecté.</p>");

export const errorPage = (code, description) =>
  page("Connexion impossible", `<p><code>${escape(code)}</code> ${escape(description ?? "")}</p>`);
