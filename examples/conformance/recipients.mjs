// The rule as a host may write it for a form in a browser: plain values in, plain values out.
// Letters and numbers in the comments are the clauses of the specification.

// S5: what the rule governs, and whether it is a formal notice.
const FORMAL = new Map([
  ["manual_email", false],
  ["unpaid_call", false],
  ["unpaid_reminder", false],
  ["documents_call", false],
  ["documents_reminder", false],
  ["formal_notice", true],
  ["suspension_notice", true],
  ["termination_notice", true],
  ["mail_merge", false],
]);

// D9: addresses are the same when they are equal after lower-casing ASCII letters.
const folded = (email) => email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function without(emails, others) {
  const seen = new Set(others.map(folded));
  return emails.filter((email) => !seen.has(folded(email)) && seen.add(folded(email)));
}

// D7, D15
function closed(gate) {
  if (!gate.premium) return "not_premium";
  if (!gate.option_enabled) return "option_off";
  return null;
}

function reasonFor({ gate, communication, about }) {
  const reason = closed(gate);
  if (reason) return reason;
  if (!FORMAL.has(communication)) return "not_covered"; // D13
  if (about.introduction === null) return "no_introducer"; // S9; no look at the client's (D1)
  return "rule_applied";
}

export function resolve(input) {
  const { about, communication } = input;
  const reason = reasonFor(input);
  const rule = reason === "rule_applied" ? about.introduction.rule : "client";
  const client = without((about.client ?? about).emails, []);
  const introducer = without(about.introduction?.introducer.emails ?? [], []);

  // S6, D8, D9
  const to = rule === "introducer" ? introducer : client;
  const copied = rule === "client_and_introducer" && to.length > 0;
  const cc = copied ? without(introducer, to) : [];

  const notices = [];
  if (rule !== "introducer" && client.length === 0) notices.push("no_client_address");
  if (rule !== "client" && introducer.length === 0) notices.push("no_introducer_address");
  // D10
  const reached = without(client, [...to, ...cc]).length < client.length;
  if (FORMAL.get(communication) && to.length > 0 && !reached) notices.push("client_not_addressed");

  return { record_kind: about.record_kind, reason, rule, to, cc, notices };
}

// S10, S11, D4, D5
export function prefill({ client, introducer }) {
  const preferred = client.introduction;
  const { rule, terms } = preferred ?? introducer;
  return {
    source: preferred ? "client" : "introducer",
    differs_from_preferred: preferred !== null && preferred.introducer.id !== introducer.id,
    introduction: { rule, terms, introducer: { id: introducer.id } },
  };
}

// S13, D3
export function filter({ gate, wanted, deals }) {
  const refused = closed(gate);
  if (refused) return { refused };
  const found = deals.filter((deal) => (deal.introduction?.rule ?? "none") === wanted);
  return { deals: found.map(({ record_kind, id }) => ({ record_kind, id })) };
}

// S14, D11
export function change_rule({ gate, rule, selection }) {
  const refused = closed(gate);
  if (refused) return { refused };
  return {
    after: selection.map(({ record_kind, id, introduction }) => ({
      record_kind,
      id,
      introduction: introduction && { ...introduction, rule },
    })),
    outcomes: selection.map(({ introduction }) => {
      if (introduction === null) return "skipped";
      return introduction.rule === rule ? "unchanged" : "changed";
    }),
  };
}

// D16: the WHATWG form, and further what can be put into a header and sent.
const ATOM = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+";
const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const ADDRESS = new RegExp(`^(?!-)${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+(?![0-9]+$)${LABEL}$`);
const ENCODED_WORD = /\?[bq]\?/i; // the middle of one, which mail programs decode

export function address({ text }) {
  const short = text.length <= 254 && text.indexOf("@") <= 64;
  return { valid: short && ADDRESS.test(text) && !ENCODED_WORD.test(text) };
}

// D20: a row of a table, where a key can be missing or ambiguous, an address no address, a rule none.
const RULES = ["client", "introducer", "client_and_introducer"];
const NOTICES = [
  "ambiguous_id",
  "unknown_id",
  "invalid_email",
  "no_client_address",
  "no_introducer_address",
  "client_not_addressed",
  "some_emails_invalid",
];

function party(rows, id) {
  const found = rows.filter((row) => row.id === id);
  if (found.length !== 1) return { emails: [], fault: found.length ? "ambiguous_id" : "unknown_id" };
  const emails = found[0].emails.filter((text) => address({ text }).valid);
  if (emails.length === found[0].emails.length) return { emails };
  return { emails, fault: emails.length ? "some_emails_invalid" : "invalid_email" };
}

export function resolve_row({ gate, communication, about, clients, introducers }) {
  const { record_kind, client_id, introducer_id, rule } = about;
  const client = party(clients, client_id);
  const introducer = party(introducers, introducer_id);
  const introduction = introducer_id && { rule: rule ?? "client", introducer }; // S4
  const answer = resolve({
    gate,
    communication,
    about: { record_kind, introduction, client: { emails: client.emails, introduction: null } },
  });
  if (!RULES.includes(answer.rule)) {
    return { ...answer, rule: null, to: [], cc: [], notices: ["invalid_rule"] };
  }
  const said = new Set(answer.notices);
  const say = (missing, { fault }) => {
    if (!fault) return;
    said.delete(missing);
    said.add(fault);
  };
  if (answer.rule !== "introducer") say("no_client_address", client);
  if (answer.rule !== "client") say("no_introducer_address", introducer);
  return { ...answer, notices: NOTICES.filter((code) => said.has(code)) };
}
