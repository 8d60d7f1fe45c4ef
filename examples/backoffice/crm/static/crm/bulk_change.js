"use strict";
// Asks for the new rule in a window over the list (S14). The server's own page does the same where
// there is no script, or where it answers anything else.
document.addEventListener("DOMContentLoaded", () => {
  const list = document.getElementById("changelist-form");
  if (!list) return;
  let plain = false;

  list.addEventListener("submit", async (event) => {
    const asked = new FormData(list, event.submitter);
    const chosen = asked.has("_selected_action");
    if (plain || asked.get("action") !== "change_rule" || !chosen) return;
    event.preventDefault();
    const page = await answer(asked);
    const form = page?.getElementById("change-rule");
    if (form) return show(page.querySelector("h1").textContent, form);
    plain = true;
    list.requestSubmit(event.submitter);
  });

  async function answer(asked) {
    try {
      const response = await fetch(location.href, { method: "POST", body: asked });
      if (!response.ok || response.redirected) return null;
      return new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      return null;
    }
  }

  function show(title, form) {
    const dialog = document.createElement("dialog");
    const heading = document.createElement("h2");
    heading.id = "change-rule-title";
    heading.textContent = title;
    dialog.setAttribute("aria-labelledby", heading.id);
    dialog.append(heading, document.adoptNode(form));
    form.querySelector(".cancel-link").addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }
});
