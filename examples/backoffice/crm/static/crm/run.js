"use strict";
// Asks the server to send the next part, again and again, and shows how far it is. Without a script
// the button « Continuer » does it. A page that is closed is a run that waits.
document.addEventListener("DOMContentLoaded", () => {
  const shown = document.getElementById("run");
  const pause = Object.assign(document.createElement("button"), { type: "button", hidden: true });
  pause.textContent = "Suspendre";
  pause.className = "button";
  pause.addEventListener("click", () => (pause.hidden = true));
  shown.before(pause);

  shown.addEventListener("submit", (event) => {
    if (event.target.id !== "continue") return;
    event.preventDefault();
    go();
  });
  if (document.querySelector("#continue [name=since]")) go();

  async function go() {
    pause.hidden = false;
    pause.focus();
    while (!pause.hidden && document.getElementById("continue")) {
      const page = await next(document.getElementById("continue"));
      const there = page?.getElementById("run");
      if (!there) return location.reload(); // the login page, or an error: the server says it
      shown.replaceChildren(...there.childNodes);
      const messages = page.querySelector(".messagelist");
      if (messages) {
        document.querySelector(".messagelist")?.remove();
        document.getElementById("content-start").prepend(messages);
      }
      if (!document.querySelector("#continue [name=since]")) break; // the end, or no server
    }
    pause.hidden = true;
  }

  async function next(form) {
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
      return new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      return null;
    }
  }
});
