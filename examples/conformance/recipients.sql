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

-- The commission block of a client, project or contract that has an introducer (D3).
create table introduction (
    record_kind text not null check (record_kind in ('client', 'project', 'contract')),
    record_id text not null,
    introducer_id text not null,
    rule text not null check (rule in ('client', 'introducer', 'client_and_introducer')),
    terms text,
    primary key (record_kind, record_id)
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

-- D9: an address once for each party, in its first spelling.
create view distinct_address as
select a.party, a.party_id, a.position, a.email, lower(a.email) as folded
from address a
where not exists (
    select 1 from address earlier
    where earlier.party = a.party and earlier.party_id = a.party_id
        and earlier.position < a.position and lower(earlier.email) = lower(a.email)
);

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
        when g.stored_rule is null then 'no_introducer'
        else 'rule_applied'
    end
) as reason
from governed g;

create view decision as
select r.*, case when r.reason = 'rule_applied' then r.stored_rule else 'client' end as rule
from reasoned r;

-- S6 and D8: who is To and who is Cc; nobody is swapped for somebody else.
create view to_address as
select d.message_id, a.position, a.email, a.folded
from decision d
join distinct_address a
    on d.rule in ('client', 'client_and_introducer')
        and a.party = 'client' and a.party_id = d.client_id
    or d.rule = 'introducer'
        and a.party = 'introducer' and a.party_id = d.introducer_id;

create view cc_address as
select d.message_id, a.position, a.email, a.folded
from decision d
join distinct_address a
    on d.rule = 'client_and_introducer'
        and a.party = 'introducer' and a.party_id = d.introducer_id
where exists (select 1 from to_address t where t.message_id = d.message_id)
    and not exists (
        select 1 from to_address t where t.message_id = d.message_id and t.folded = a.folded
    );

-- D8 and D10, in the order of the notices.
create view notice as
select d.message_id, 1 as position, 'no_client_address' as code
from decision d
where d.rule in ('client', 'client_and_introducer')
    and not exists (
        select 1 from address a where a.party = 'client' and a.party_id = d.client_id
    )
union all
select d.message_id, 2, 'no_introducer_address'
from decision d
where d.rule in ('introducer', 'client_and_introducer')
    and not exists (
        select 1 from address a where a.party = 'introducer' and a.party_id = d.introducer_id
    )
union all
select d.message_id, 3, 'client_not_addressed'
from decision d
where d.formal
    and exists (select 1 from to_address t where t.message_id = d.message_id)
    and not exists (
        select 1
        from (select * from to_address union all select * from cc_address) written
        join distinct_address a on a.folded = written.folded
        where written.message_id = d.message_id
            and a.party = 'client' and a.party_id = d.client_id
    );

create view recipients as
select d.message_id, d.record_kind, d.reason, d.rule,
    (select json_group_array(email) from (
        select email from to_address t where t.message_id = d.message_id order by position
    )) as "to",
    (select json_group_array(email) from (
        select email from cc_address c where c.message_id = d.message_id order by position
    )) as cc,
    (select json_group_array(code) from (
        select code from notice n where n.message_id = d.message_id order by position
    )) as notices
from decision d;
