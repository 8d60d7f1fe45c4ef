"use strict";
// Fills the commission block of a deal as soon as its first introducer is chosen (S10, S11); it can
// be changed before saving and after (S12). A deal that has its introducer keeps its block (D4).
window.addEventListener("load", () => {
  const field = (name) => document.getElementById(`id_${name}`);
  const introducer = field("introducer");
  if (!introducer) return; // somebody who may only look
  const stored = introducer.querySelector("option[selected]")?.value;
  const adding = location.pathname.endsWith("/add/");
  const words = document.createElement("div");
  words.id = "prefill";
  words.setAttribute("role", "status");
  introducer.closest(".form-row").append(words);

  function say(text, warning) {
    words.textContent = text;
    words.className = warning ? "errornote" : "help";
  }

  async function fill() {
    say("", false);
    if (!adding && stored) {
      if (introducer.value && introducer.value !== stored)
        say("L'apporteur change ; le bloc Commissionnement reste tel quel.", true);
      return;
    }
    set({ rule: "", terms: "" }); // the server fills what is sent before the answer is here
    field("prefilled")?.remove();
    const client = field("client").value;
    const chosen = introducer.value;
    if (!client || !chosen) return;
    const deals = location.pathname.replace(/(add|[^/]+\/change)\/$/, "");
    const answer = await fetch(`${deals}prefill/${client}/${chosen}/`);
    if (!answer.ok) return; // not for these eyes: the server fills what is sent
    const block = await answer.json();
    if (client !== field("client").value || chosen !== introducer.value) return; // too late
    say(block.words, block.warning);
    if (!("terms" in block)) return;
    set(block);
    prefilled();
  }

  function set(block) {
    for (const name of ["rule", "terms"]) if (field(name)) field(name).value = block[name];
  }

  function prefilled() {
    const mark = { type: "hidden", name: "prefilled", id: "id_prefilled", value: "1" };
    introducer.form.append(Object.assign(document.createElement("input"), mark));
  }

  if (document.querySelector(".errorlist")) prefilled(); // sent before, and so seen
  // Django's own jQuery, since its widgets tell nobody else.
  django.jQuery(introducer).on("change", fill);
  django.jQuery(field("client")).on("change", fill);
});
