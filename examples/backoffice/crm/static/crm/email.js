"use strict";
// Shows who receives an e-mail as soon as what it is about is chosen; the page stays, and so does
// the focus (WCAG 3.2.2). Without a script, the button « Voir les destinataires » does it.
document.addEventListener("DOMContentLoaded", () => {
  const about = document.getElementById("id_about");
  const { preview, seen, send } = about.form.elements;
  const recipients = document.getElementById("recipients");
  preview.hidden = true;
  about.addEventListener("change", show);

  async function show() {
    const chosen = about.value;
    send.disabled = true; // until it is known who receives it
    const answer = await server.ask(`?about=${encodeURIComponent(chosen)}`);
    if (chosen !== about.value) return; // too late
    if (answer.problem) {
      const words = `${answer.problem} Votre texte est toujours là.`;
      return server.say(recipients, words, { warning: true, expired: answer.expired, retry: show });
    }
    const page = new DOMParser().parseFromString(answer.text, "text/html");
    const form = page.getElementById("id_about").form.elements;
    recipients.className = "";
    recipients.replaceChildren(...page.getElementById("recipients").children);
    seen.value = form.seen.value;
    send.disabled = form.send.disabled;
    server.renew(form.csrfmiddlewaretoken.value);
  }
});
