"use strict";
// Fills the commission block of a deal as soon as its first introducer is chosen (S10, S11); it can
// be changed before saving and after (S12). A deal that has its introducer keeps its block (D4).
// Where no answer comes, nothing is emptied, and the server fills what is sent.
window.addEventListener("load", () => {
  const field = (name) => document.getElementById(`id_${name}`);
  const introducer = field("introducer");
  const client = field("client");
  if (!introducer || !client) return; // somebody who may only look
  const prefilled = field("prefilled"); // its value: the pair for which the block was filled
  const typed = field("typed"); // and what the user has typed since that pair was chosen
  const { stored } = prefilled.dataset;
  const pair = (of) => `${of(client)}/${of(introducer)}`;
  const chosen = (select) => select.value;
  const sent = (select) => [...select.options].find((each) => each.defaultSelected)?.value ?? "";
  let seen = pair(sent); // by the server: somebody may have chosen while the page was loading

  const words = document.createElement("div");
  words.id = "prefill";
  words.setAttribute("role", "status");
  introducer.closest(".form-row").append(words);
  const say = (text, how) => server.say(words, text, how);

  function choose() {
    if (pair(chosen) === seen) return; // Django tells of changes that are none, when it loads a page
    seen = pair(chosen);
    if (stored) return sayWhatBecomesOfTheBlock();
    if (prefilled.value) typed.value = ""; // that was the block of somebody else
    if (client.value && introducer.value) return prefill();
    const filled = ["rule", "terms"].some((name) => field(name)?.value);
    const lost = "Sans apporteur, le reste du bloc n'est pas enregistré.";
    say(filled && !introducer.value ? lost : "");
  }

  function sayWhatBecomesOfTheBlock() {
    const words = introducer.value
      ? "L'apporteur change ; le bloc Commissionnement reste tel quel."
      : "Sans apporteur, tout le bloc sera vidé à l'enregistrement.";
    say(introducer.value === stored ? "" : words, { warning: true });
  }

  async function prefill() {
    const asked = seen;
    say("Préremplissage du bloc…");
    const deals = location.pathname.replace(/(add|[^/]+\/change)\/$/, "");
    const answer = await server.ask(`${deals}prefill/${asked}/`, JSON.parse);
    if (asked !== seen) return; // too late: another pair has been chosen
    if (answer.problem) {
      const then = answer.expired
        ? ""
        : " Le bloc sera prérempli à l'enregistrement, sauf ce que vous saisissez.";
      const words = `${answer.problem} Rien n'a été effacé.${then}`;
      return say(words, { warning: true, expired: answer.expired, retry: prefill });
    }
    fill(asked, answer.content);
  }

  function fill(asked, block) {
    if (!("terms" in block)) return say(block.words, block);
    const kept = typed.value.split(" ").filter((name) => field(name));
    say(block.words + (kept.length ? " Ce que vous avez saisi est conservé." : ""), block);
    for (const name of ["rule", "terms"])
      if (field(name) && !kept.includes(name)) field(name).value = block[name];
    // Who may not change rules sees the one that will be stored all the same.
    const readonly = document.querySelector(".field-rule .readonly");
    if (readonly && block.rule_label) readonly.textContent = block.rule_label;
    prefilled.value = asked;
    server.renew(block.token);
  }

  for (const name of ["rule", "terms"])
    field(name)?.addEventListener("input", () => {
      const names = new Set(typed.value.split(" ").filter(Boolean));
      typed.value = [...names.add(name)].join(" ");
    });

  // Django's own jQuery, since its widgets tell nobody else.
  django.jQuery(introducer).on("change", choose);
  django.jQuery(client).on("change", choose);
  choose();
});
