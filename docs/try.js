// The page to try the rule book on. When the site is built, `conf.py` puts two things in front of
// this: `resolve` and `address` of the conformance example, and WORDS, the library's labels and
// sentences. All of it is one plain script, since a browser loads no modules from a folder.

const PAGE = {
  en: {
    lang: "Language", broker: "The broker", premium: "has a PREMIUM subscription",
    option_enabled: "has switched on the option", email: "The e-mail",
    communication: "is", record_kind: "concerns", client: "The client",
    emails: "E-mail addresses", client_rule: "Rule of the preferred introducer",
    introducer_emails: "E-mail addresses of the introducer", deal: "The contract or project",
    deal_rule: "Rule of its introducer", answer: "The answer", to: "To", cc: "Cc", why: "Why",
    notices: "Notices", clause: "Clause", none: "No introducer", nobody: "nobody",
    refused: "is not an e-mail address that the library takes:",
  },
  fr: {
    lang: "Langue", broker: "Le cabinet", premium: "a un abonnement PREMIUM",
    option_enabled: "a activé l'option", email: "L'e-mail", communication: "est",
    record_kind: "concerne", client: "Le client", emails: "Adresses e-mail",
    client_rule: "Règle de l'apporteur privilégié",
    introducer_emails: "Adresses e-mail de l'apporteur", deal: "Le contrat ou le projet",
    deal_rule: "Règle de son apporteur", answer: "La réponse", to: "Destinataire", cc: "En copie",
    why: "Pourquoi", notices: "À noter", clause: "Clause", none: "Aucun apporteur",
    nobody: "personne", refused: "n'est pas une adresse e-mail que la bibliothèque accepte :",
  },
};
const CLAUSES = {
  not_premium: "S1", option_off: "S2", not_covered: "D13", no_introducer: "S9", rule_applied: "S7",
};

// --- From the form to the answer ---

// What the conformance cases call the input of `resolve`.
function question(form) {
  const given = new FormData(form);
  const emails = (name) => given.get(name).split(/[\s,;]+/).filter(Boolean);
  const introduction = (whose) => {
    const rule = given.get(`${whose}_rule`);
    if (rule === "none") return null;
    return { rule, introducer: { emails: emails(`${whose}_introducer_emails`) } };
  };
  const client = { emails: emails("client_emails"), introduction: introduction("client") };
  const record_kind = given.get("record_kind");
  return {
    gate: { premium: given.has("premium"), option_enabled: given.has("option_enabled") },
    communication: given.get("communication"),
    about: {
      record_kind,
      ...(record_kind === "client" ? client : { client, introduction: introduction("deal") }),
    },
  };
}

// The addresses that the library would refuse.
function refused({ about }) {
  const parties = [about, about.client, about.introduction?.introducer];
  parties.push(about.client?.introduction?.introducer);
  const texts = parties.flatMap((party) => party?.emails ?? []);
  return texts.filter((text) => !address({ text }).valid);
}

function clauseOf({ reason, record_kind, to, notices }) {
  if (to.length === 0) return "D8";
  if (notices.includes("client_not_addressed")) return "D10";
  return reason === "rule_applied" && record_kind === "client" ? "S8" : CLAUSES[reason];
}

function sentenceOf({ record_kind, reason, rule, to, cc, notices }, lang) {
  const key = [record_kind, reason, rule, to.length > 0, cc.length > 0, ...notices].join(" ");
  return WORDS[lang].sentences[key];
}

// --- The page ---

function write(form) {
  const lang = form.elements.lang.value;
  const page = PAGE[lang];
  const element = (id) => document.getElementById(id);
  form.lang = lang;
  for (const each of form.querySelectorAll("[data-text]")) each.textContent = page[each.dataset.text];
  for (const select of form.querySelectorAll("[data-enum]")) {
    for (const option of select.options) {
      const label = WORDS[lang].labels[select.dataset.enum][option.value];
      option.textContent = option.value === "none" ? page.none : label;
    }
  }
  for (const each of form.querySelectorAll("[data-needs]")) {
    each.hidden = form.elements[each.dataset.needs].value === "none";
  }
  element("deal").hidden = form.elements.record_kind.value === "client";

  const asked = question(form);
  const wrong = refused(asked);
  element("refused").hidden = wrong.length === 0;
  element("answer").hidden = wrong.length > 0;
  element("refused").textContent = wrong.map((text) => `${text} ${page.refused} D16`).join("\n");
  if (wrong.length > 0) return;

  const answer = resolve(asked);
  const clause = clauseOf(answer);
  element("to").textContent = answer.to.join(", ") || page.nobody;
  element("cc").textContent = answer.cc.join(", ") || page.nobody;
  element("why").textContent = sentenceOf(answer, lang);
  const notices = answer.notices.map((code) => WORDS[lang].labels.Notice[code]);
  element("notices").textContent = notices.join("\n") || "–";
  element("clause").textContent = clause;
  element("clause").href = `rule-book.html#${clause.toLowerCase()}`;
}

function options(form) {
  for (const select of form.querySelectorAll("[data-enum]")) {
    const codes = select.dataset.codes?.split(" ") ?? Object.keys(WORDS.en.labels[select.dataset.enum]);
    select.replaceChildren(...codes.map((code) => new Option(code, code)));
  }
  form.elements.communication.value = "unpaid_reminder";
  form.elements.client_rule.value = "none";
  form.elements.deal_rule.value = "client_and_introducer";
}

function read(form, state) {
  for (const each of form.elements) {
    if (each.type === "checkbox") each.checked = state.has(each.name);
    else if (state.has(each.name)) each.value = state.get(each.name);
  }
}

const form = document.getElementById("try");
form.question = () => question(form);
form.answer = () => resolve(question(form));
options(form);
if (location.hash) read(form, new URLSearchParams(location.hash.slice(1)));
form.addEventListener("input", () => {
  history.replaceState(null, "", `#${new URLSearchParams(new FormData(form))}`);
  write(form);
});
form.addEventListener("submit", (event) => event.preventDefault());
write(form);
