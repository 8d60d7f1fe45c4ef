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
    const answer = await server.ask(`?about=${encodeURIComponent(chosen)}`, read);
    if (chosen !== about.value) return; // too late
    if (answer.problem) {
      const words = `${answer.problem} Votre texte est toujours là.`;
      return server.say(recipients, words, { warning: true, expired: answer.expired, retry: show });
    }
    const { shown, fields } = answer.content;
    recipients.className = "";
    recipients.replaceChildren(...shown);
    seen.value = fields.seen.value;
    send.disabled = fields.send.disabled;
    server.renew(fields.csrfmiddlewaretoken.value);
  }

  function read(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    return {
      shown: page.getElementById("recipients").children,
      fields: page.getElementById("id_about").form.elements,
    };
  }
});
