-- The rule as a host may keep it in its database: who receives an e-mail about a record.
-- Letters and numbers in the comments are the clauses of the specification.

create table setting (premium integer not null, option_enabled integer not null);

create table introducer (id text primary key, rule text, terms text);

create table deal (
    record_kind text not null check (record_kind in ('project', 'contract')),
    id text not null,
    client_id text not null,
    position integer not null,
    primary key (record_kind, id)
);

-- The commission block of a client, project or contract that has an introducer (D3). Imported rules
-- may be anything (D20).
create table introduction (
    record_kind text not null check (record_kind in ('client', 'project', 'contract')),
    record_id text not null,
    introducer_id text not null,
    rule text,
    terms text,
    primary key (record_kind, record_id)
);

-- Whom there is to write to, and what is held for an address. An import may have a party twice, and
-- texts that are no address (D20).
create table party (
    kind text not null check (kind in ('client', 'introducer')),
    id text not null
);
create table address (
    party text not null check (party in ('client', 'introducer')),
    party_id text not null,
    position integer not null,
    email text not null
);

create table message (
    id integer primary key,
    communication text not null,
    record_kind text not null check (record_kind in ('client', 'project', 'contract')),
    record_id text not null
);

-- S5: one row for each communication that the rule governs.
create table covered (communication text primary key, formal integer not null);
insert into covered values
    ('manual_email', 0),
    ('unpaid_call', 0),
    ('unpaid_reminder', 0),
    ('documents_call', 0),
    ('documents_reminder', 0),
    ('formal_notice', 1),
    ('suspension_notice', 1),
    ('termination_notice', 1),
    ('mail_merge', 0);

-- D7: why the feature is closed, in the order of D15; null while it is open.
create view closed as
select case
    when not premium then 'not_premium'
    when not option_enabled then 'option_off'
end as reason
from setting;

-- D16: whether a text is an address that can be put into a header and sent.
create view parted_address as
select *,
    substr(email, 1, instr(email, '@') - 1) as name,
    substr(email, instr(email, '@') + 1) as domain
from address;

create view checked_address as
select party, party_id, position, email,
    email like '%@%'
    -- SQLite's functions see a text up to a null character: there are no other bytes than those.
    and length(cast(email as blob)) = length(email)
    and length(email) <= 254
    and length(name) between 1 and 64
    and name not glob '*[^a-zA-Z0-9.!#$%&''*+/=?^_`{|}~-]*'
    and name not like '-%'
    and '.' || name || '.' not like '%..%'
    and name not like '%?b?%' and name not like '%?q?%' -- the middle of an encoded word
    and domain not glob '*[^a-zA-Z0-9.-]*'
    and domain like '%.%'
    and '.' || domain || '.' not like '%..%'
    and '.' || domain || '.' not like '%.-%'
    and '.' || domain || '.' not like '%-.%'
    -- no label of 64 characters, as a pattern of as many
    and domain not glob '*' || replace(hex(zeroblob(64)), '00', '[a-zA-Z0-9-]') || '*'
    -- the last label is not all digits
    and rtrim(domain, '0123456789') not like '%.'
    as valid
from parted_address;

-- D20: the valid addresses of a party that is there once.
-- D9: an address once for each party, in its first spelling.
create view usable_address as
select a.party, a.party_id, min(a.position) as position, a.email, lower(a.email) as folded
from checked_address a
where a.valid
    and (select count(*) from party p where p.kind = a.party and p.id = a.party_id) = 1
group by a.party, a.party_id, lower(a.email);

-- D1: the record that the message concerns governs it, and no other.
create view governed as
select m.id as message_id, m.record_kind, m.communication, c.formal,
    coalesce(d.client_id, m.record_id) as client_id,
    i.introducer_id,
    i.rule as stored_rule
from message m
left join covered c on c.communication = m.communication
left join deal d on d.record_kind = m.record_kind and d.id = m.record_id
left join introduction i on i.record_kind = m.record_kind and i.record_id = m.record_id;

-- D15: the first reason that holds.
create view reasoned as
select g.*, coalesce(
    (select reason from closed),
    case
        when g.formal is null then 'not_covered'
        when g.introducer_id is null then 'no_introducer'
        else 'rule_applied'
    end
) as reason
from governed g;

-- S4: « Client » where an introducer has no rule. An unknown one is none (D20).
create view decision as
select r.*, case
    when r.reason <> 'rule_applied' or r.stored_rule is null then 'client'
    when r.stored_rule in ('client', 'introducer', 'client_and_introducer') then r.stored_rule
end as rule
from reasoned r;

-- S6: the parties that a rule means.
create view meant as
select message_id, 'client' as party, client_id as party_id
from decision where rule in ('client', 'client_and_introducer')
union all
select message_id, 'introducer', introducer_id
from decision where rule in ('introducer', 'client_and_introducer');

-- S6 and D8: who is To and who is Cc; nobody is swapped for somebody else.
create view to_address as
select d.message_id, a.position, a.email, a.folded
from decision d
join usable_address a
    on d.rule in ('client', 'client_and_introducer')
        and a.party = 'client' and a.party_id = d.client_id
    or d.rule = 'introducer'
        and a.party = 'introducer' and a.party_id = d.introducer_id;

create view cc_address as
select d.message_id, a.position, a.email, a.folded
from decision d
join usable_address a
    on d.rule = 'client_and_introducer'
        and a.party = 'introducer' and a.party_id = d.introducer_id
where exists (select 1 from to_address t where t.message_id = d.message_id)
    and not exists (
        select 1 from to_address t where t.message_id = d.message_id and t.folded = a.folded
    );

-- D8 and D20: what is wrong with a party that is meant.
create view fault as
select m.message_id, case
    when (select count(*) from party p where p.kind = m.party and p.id = m.party_id) > 1
        then 'ambiguous_id'
    when not exists (select 1 from party p where p.kind = m.party and p.id = m.party_id)
        then 'unknown_id'
    when count(a.valid) = 0 then 'no_' || m.party || '_address'
    when sum(a.valid) = 0 then 'invalid_email'
    when sum(a.valid) < count(a.valid) then 'some_emails_invalid'
end as code
from meant m
left join checked_address a on a.party = m.party and a.party_id = m.party_id
group by m.message_id, m.party;

create view said as
select message_id, 'invalid_rule' as code from decision where rule is null
union
select message_id, code from fault where code is not null
union
-- D10
select d.message_id, 'client_not_addressed'
from decision d
where d.formal
    and exists (select 1 from to_address t where t.message_id = d.message_id)
    and not exists (
        select 1
        from (select * from to_address union all select * from cc_address) written
        join usable_address a on a.folded = written.folded
        where written.message_id = d.message_id
            and a.party = 'client' and a.party_id = d.client_id
    );

-- The order in which notices stand.
create table notice (position integer primary key, code text not null);
insert into notice (code) values
    ('invalid_rule'),
    ('ambiguous_id'),
    ('unknown_id'),
    ('invalid_email'),
    ('no_client_address'),
    ('no_introducer_address'),
    ('client_not_addressed'),
    ('some_emails_invalid');

create view recipients as
select d.message_id, d.record_kind, d.reason, d.rule,
    (select json_group_array(email) from (
        select email from to_address t where t.message_id = d.message_id order by position
    )) as "to",
    (select json_group_array(email) from (
        select email from cc_address c where c.message_id = d.message_id order by position
    )) as cc,
    (select json_group_array(code) from (
        select n.code from notice n
        join said s on s.code = n.code and s.message_id = d.message_id
        order by n.position
    )) as notices
from decision d;
