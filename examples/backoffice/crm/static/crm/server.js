"use strict";
// For pages that ask the server while somebody fills in a form: an answer, or words that say why
// none came. Nothing that was typed is lost by it.
const server = {
  // `read` makes something of the text, and throws where it cannot: that is no answer either.
  async ask(where, read) {
    try {
      const options = { redirect: "manual", signal: AbortSignal.timeout(10_000) };
      const response = await fetch(where, options);
      if (response.ok) return { content: read(await response.text()) };
      if (response.type === "opaqueredirect") // to the login page
        return { problem: "Votre session a expiré. Reconnectez-vous, puis réessayez.", expired: true };
      if (response.status === 403) return { problem: "Vous n'avez pas accès à ces fiches." };
    } catch {
      // No connection, no answer in time, or something else than was asked for.
    }
    return { problem: "Le serveur ne répond pas." };
  },

  // `retry` is what a button « Réessayer » does; without it there is none.
  say(where, text, { warning = false, expired = false, retry = null } = {}) {
    where.textContent = text;
    where.className = text ? (warning ? "notice warning" : "notice") : "";
    if (expired) {
      const { login } = document.querySelector("[data-login]").dataset;
      const link = Object.assign(document.createElement("a"), { href: login, target: "_blank" });
      link.textContent = "Se reconnecter (nouvel onglet)";
      where.append(" ", link);
    }
    if (retry) {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.textContent = "Réessayer";
      button.className = "button";
      button.addEventListener("click", retry);
      where.append(" ", button);
    }
  },

  // Who had to log in again has a new token, without which the form could not be sent.
  renew(token) {
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
  },
};
