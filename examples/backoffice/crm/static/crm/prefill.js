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
    const client = field("client").value;
    if (!client || !introducer.value) return;
    const asked = new URLSearchParams({ client, introducer: introducer.value });
    const url = location.pathname.replace(/(add|[^/]+\/change)\/$/, "prefill/");
    const block = await (await fetch(`${url}?${asked}`)).json();
    say(block.words, block.warning);
    for (const name of ["rule", "terms"])
      if (field(name) && name in block) field(name).value = block[name];
    if ("terms" in block && !field("prefilled")) {
      const prefilled = { type: "hidden", name: "prefilled", id: "id_prefilled", value: "1" };
      introducer.form.append(Object.assign(document.createElement("input"), prefilled));
    }
  }

  // Django's own jQuery, since its widgets tell nobody else.
  django.jQuery(introducer).on("change", fill);
  django.jQuery(field("client")).on("change", fill);
});
