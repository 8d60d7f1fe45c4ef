"use strict";
// Fills the commission block of a deal as soon as its first introducer is chosen (S10, S11); it can
// be changed before saving and after (S12). A deal that has its introducer keeps its block (D4).
window.addEventListener("load", () => {
  const field = (name) => document.getElementById(`id_${name}`);
  const introducer = field("introducer");
  if (!introducer) return; // somebody who may only look
  const prefilled = field("prefilled"); // its value: the pair for which the block was filled
  const { stored } = prefilled.dataset;
  const pair = (of) => `${of(field("client"))}/${of(introducer)}`;
  const chosen = (select) => select.value;
  const sent = (select) => [...select.options].find((each) => each.defaultSelected)?.value ?? "";
  let seen = pair(sent); // by the server: somebody may have chosen while the page was loading
  const words = document.createElement("div");
  words.id = "prefill";
  words.setAttribute("role", "status");
  introducer.closest(".form-row").append(words);

  function say(text, warning) {
    words.textContent = text;
    words.className = warning ? "errornote" : "help";
  }

  async function fill() {
    if (pair(chosen) === seen) return; // Django tells of changes that are none, when it loads a page
    const asked = (seen = pair(chosen));
    say("", false);
    if (stored) {
      if (introducer.value && introducer.value !== stored)
        say("L'apporteur change ; le bloc Commissionnement reste tel quel.", true);
      return;
    }
    set({ rule: "", terms: "" }); // the server fills what is sent before the answer is here
    prefilled.value = "";
    if (!field("client").value || !introducer.value) return;
    const deals = location.pathname.replace(/(add|[^/]+\/change)\/$/, "");
    const answer = await fetch(`${deals}prefill/${asked}/`);
    if (!answer.ok) return; // who may not see it: the server fills what is sent
    const block = await answer.json();
    if (asked !== seen) return; // too late
    say(block.words, block.warning);
    if (!("terms" in block)) return;
    set(block);
    prefilled.value = asked;
  }

  function set(block) {
    for (const name of ["rule", "terms"]) if (field(name)) field(name).value = block[name];
  }

  // Django's own jQuery, since its widgets tell nobody else.
  django.jQuery(introducer).on("change", fill);
  django.jQuery(field("client")).on("change", fill);
  fill();
});
