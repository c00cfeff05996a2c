-- A purchase is one transaction and takes less room. What is one movement of money was two transactions, price and cashback,
-- so that a statement could tell them apart; now an entry says itself what it is about where that is not what its
-- transaction is about. The numbers of accounts and entries have four bytes: they stand on every entry and in its key.

drop view ledger_audit;
drop view ledger_legs;

alter table ledger_accounts
    alter column id type integer,
    alter column version type integer;

alter table ledger_entries
    alter column account_id type integer,
    alter column version type integer,
    -- A number of ledger_transaction_kinds; null: what the transaction is about. An absent value takes no room.
    add column line_kind smallint constraint ledger_entries_line_kind check (line_kind between 1 and 15);

alter table ledger_deferred
    alter column account_id type integer,
    add column line_kind smallint constraint ledger_deferred_line_kind check (line_kind between 1 and 15);

-- Every entry, folded or not.
create view ledger_legs as
select transaction_id, account_id, line_kind, amount from ledger_entries
union all
select transaction_id, account_id, line_kind, amount from ledger_deferred;

drop function ledger_require_same;

-- Refuses a transaction that could not be written because its id, or what it reverses, is taken, unless it is what was
-- written before under this id. When it happened does not count: whoever tries again may have looked at the clock again.
create function ledger_require_same(
    p_id uuid, p_kind smallint, p_subject_id uuid, p_reverses uuid,
    p_kinds smallint[], p_owner_ids uuid[], p_line_kinds smallint[], p_amounts bigint[]
) returns void
language plpgsql as $$
declare
    before ledger_transactions;
begin
    select * into before from ledger_transactions where id = p_id;
    if not found then
        raise exception 'this transaction is reversed already'
            using errcode = '23505', constraint = 'ledger_transactions_reverses_key';
    end if;
    if (before.kind, before.subject_id, before.reverses) is distinct from (p_kind, p_subject_id, p_reverses)
        or exists (
            select from (
                select a.kind, a.owner_id, l.line_kind, l.amount
                from ledger_legs l join ledger_accounts a on a.id = l.account_id where l.transaction_id = p_id
                union all
                select kind, owner_id, line_kind, -amount
                from unnest(p_kinds, p_owner_ids, p_line_kinds, p_amounts) l (kind, owner_id, line_kind, amount)
            ) difference
            group by kind, owner_id, line_kind having sum(amount) <> 0)
    then
        raise exception 'this transaction was posted with other content'
            using errcode = '23505', constraint = 'ledger_transaction_reused';
    end if;
end $$;

-- These read no table from end to end. A connection keeps the plans of its first calls, and in a new club those are made
-- while an account is found fastest by reading all six.

-- One posting, one round trip: of each account one entry for each thing it is about, and what the transaction itself is
-- about comes first. True: posted now. False: this id was posted before with the same content.
create function ledger_post(
    p_id uuid, p_kind smallint, p_subject_id uuid, p_reverses uuid, p_happened_at timestamptz,
    p_kinds smallint[], p_owner_ids uuid[], p_line_kinds smallint[], p_amounts bigint[]
) returns boolean
language plpgsql security definer set search_path = public, pg_temp set enable_seqscan = off as $$
declare
    leg     record;
    account ledger_accounts;
    total   numeric := 0;
    legs    integer := 0;
begin
    insert into ledger_transactions (id, kind, subject_id, reverses, happened_at)
    values (p_id, p_kind, p_subject_id, p_reverses, p_happened_at)
    on conflict do nothing;
    if not found then
        perform ledger_require_same(p_id, p_kind, p_subject_id, p_reverses, p_kinds, p_owner_ids, p_line_kinds, p_amounts);
        return false;
    end if;

    for leg in
        select kind, owner_id, line_kind, sum(amount)::bigint as amount
        from unnest(p_kinds, p_owner_ids, p_line_kinds, p_amounts) l (kind, owner_id, line_kind, amount)
        group by kind, owner_id, line_kind having sum(amount) <> 0
        order by kind, owner_id, line_kind nulls first
    loop
        total := total + leg.amount;
        legs := legs + 1;
        account := ledger_move(leg.kind, leg.owner_id, leg.amount, 1);
        if leg.owner_id is null then
            insert into ledger_deferred (account_id, transaction_id, line_kind, amount)
            values (account.id, p_id, leg.line_kind, leg.amount);
        else
            insert into ledger_entries (account_id, version, transaction_id, line_kind, amount, balance)
            values (account.id, account.version, p_id, leg.line_kind, leg.amount, account.balance);
        end if;
    end loop;

    if total <> 0 or legs < 2 then
        raise exception 'the entries do not sum to zero' using errcode = '23514', constraint = 'ledger_balanced';
    end if;
    if p_reverses is not null then
        perform ledger_require_exact_reversals(array[p_id]);
    end if;
    return true;
end $$;

-- Many postings, one round trip, each account's row touched once. It posts all of them or none, so it is for what cannot
-- be refused. A leg carries the place (from 1) of its transaction. What was posted before with the same content is left
-- alone. Returns the ids posted now.
create function ledger_post_batch(
    p_ids uuid[], p_kinds smallint[], p_subject_ids uuid[], p_reverses uuid[], p_happened_at timestamptz[],
    l_places integer[], l_kinds smallint[], l_owner_ids uuid[], l_line_kinds smallint[], l_amounts bigint[]
) returns uuid[]
language plpgsql security definer set search_path = public, pg_temp set enable_seqscan = off as $$
declare
    fresh    uuid[];
    firsts   integer[];
    total    record;
    moved    ledger_accounts;
    accounts integer[] := '{}';
    versions integer[] := '{}';
    balances bigint[] := '{}';
begin
    if exists (
        select from generate_subscripts(p_ids, 1) place
        left join unnest(l_places, l_amounts) l (place, amount) using (place)
        group by place having count(*) filter (where amount <> 0) < 2 or sum(amount) <> 0)
    then
        raise exception 'the entries do not sum to zero' using errcode = '23514', constraint = 'ledger_balanced';
    end if;

    with posted as (
        insert into ledger_transactions (id, kind, subject_id, reverses, happened_at)
        select distinct on (id) id, kind, subject_id, reverses, happened_at
        from unnest(p_ids, p_kinds, p_subject_ids, p_reverses, p_happened_at) with ordinality
            t (id, kind, subject_id, reverses, happened_at, place)
        order by id, place
        on conflict do nothing
        returning id
    )
    select coalesce(array_agg(id), '{}') into fresh from posted;
    select coalesce(array_agg(place), '{}') into firsts
    from (select min(place) as place from unnest(p_ids) with ordinality t (id, place)
          where id = any (fresh) group by id) first;

    for total in
        select kind, owner_id, sum(amount)::bigint as amount, count(*) as entries,
               min(running) as lowest, max(running) as highest
        from (select kind, owner_id, amount, sum(amount) over (partition by kind, owner_id order by nth) as running
              from unnest(l_places, l_kinds, l_owner_ids, l_amounts) with ordinality l (place, kind, owner_id, amount, nth)
              where place = any (firsts) and amount <> 0) l
        group by kind, owner_id
        order by kind, owner_id
    loop
        moved := ledger_move(total.kind, total.owner_id, total.amount, total.entries);
        -- Nobody borrows from a later posting of the same batch.
        if moved.balance - total.amount + total.lowest < moved.floor then
            raise exception 'a balance would go below its floor' using errcode = '23514', constraint = 'ledger_accounts_floor';
        elsif moved.balance - total.amount + total.highest > moved.ceiling then
            raise exception 'a balance would go above its ceiling' using errcode = '23514', constraint = 'ledger_accounts_ceiling';
        end if;
        accounts := accounts || moved.id;
        versions := versions || moved.version - total.entries::integer;
        balances := balances || moved.balance - total.amount;
    end loop;

    with leg as (
        select p_ids[place] as transaction_id, owner_id, line_kind, amount,
               dense_rank() over (order by kind, owner_id) as account, -- its place in the loop above
               row_number() over earlier as entry,
               sum(amount) over earlier as running
        from unnest(l_places, l_kinds, l_owner_ids, l_line_kinds, l_amounts) with ordinality
            l (place, kind, owner_id, line_kind, amount, nth)
        where place = any (firsts) and amount <> 0
        window earlier as (partition by kind, owner_id order by nth)
    ), entered as (
        insert into ledger_entries (account_id, version, transaction_id, line_kind, amount, balance)
        select accounts[account], versions[account] + entry, transaction_id, line_kind, amount, balances[account] + running
        from leg where owner_id is not null
    )
    insert into ledger_deferred (account_id, transaction_id, line_kind, amount)
    select accounts[account], transaction_id, line_kind, amount from leg where owner_id is null;

    if cardinality(firsts) < cardinality(p_ids) then
        perform ledger_require_same(p_ids[place], p_kinds[place], p_subject_ids[place], p_reverses[place],
                                    array_agg(kind), array_agg(owner_id), array_agg(line_kind), array_agg(amount))
        from unnest(l_places, l_kinds, l_owner_ids, l_line_kinds, l_amounts) l (place, kind, owner_id, line_kind, amount)
        where place <> all (firsts)
        group by place;
    end if;
    if array_remove(p_reverses, null) <> '{}' then
        perform ledger_require_exact_reversals(fresh);
    end if;
    return fresh;
end $$;

-- For code of the version before, which may serve beside this one for a while. To be dropped with the next change here.
create or replace function ledger_post(
    p_id uuid, p_kind smallint, p_subject_id uuid, p_reverses uuid, p_happened_at timestamptz,
    p_kinds smallint[], p_owner_ids uuid[], p_amounts bigint[]
) returns boolean
language sql security definer set search_path = public, pg_temp as $$
    select ledger_post(p_id, p_kind, p_subject_id, p_reverses, p_happened_at,
                       p_kinds, p_owner_ids, array_fill(null::smallint, array[cardinality(p_kinds)]), p_amounts)
$$;
create or replace function ledger_post_batch(
    p_ids uuid[], p_kinds smallint[], p_subject_ids uuid[], p_reverses uuid[], p_happened_at timestamptz[],
    l_places integer[], l_kinds smallint[], l_owner_ids uuid[], l_amounts bigint[]
) returns uuid[]
language sql security definer set search_path = public, pg_temp as $$
    select ledger_post_batch(p_ids, p_kinds, p_subject_ids, p_reverses, p_happened_at, l_places, l_kinds, l_owner_ids,
                             array_fill(null::smallint, array[cardinality(l_places)]), l_amounts)
$$;

-- Gives waiting entries of the deferred accounts their versions and balances, the oldest first, at most `p_most` a call;
-- returns how many it folded. Two at once wait for each other; nobody who posts waits for them.
create or replace function ledger_fold(p_most integer) returns integer
language plpgsql security definer set search_path = public, pg_temp set enable_seqscan = off as $$
declare
    folded integer;
begin
    perform from ledger_accounts where owner_id is null order by id for no key update;
    with taken as (
        delete from ledger_deferred where seq in (select seq from ledger_deferred order by seq limit p_most) returning *
    ), leg as (
        select taken.*, row_number() over earlier as entry, sum(amount) over earlier as running
        from taken window earlier as (partition by account_id order by seq)
    ), total as (
        select account_id, sum(amount)::bigint as amount, count(*) as entries from taken group by account_id
    ), moved as (
        update ledger_accounts a set balance = a.balance + total.amount, version = a.version + total.entries
        from total where a.id = total.account_id
        returning a.id, a.version - total.entries as version, a.balance - total.amount as balance
    ), entered as (
        insert into ledger_entries (account_id, version, transaction_id, line_kind, amount, balance)
        select leg.account_id, moved.version + leg.entry, leg.transaction_id, leg.line_kind, leg.amount,
               moved.balance + leg.running
        from leg join moved on moved.id = leg.account_id
        returning 1
    )
    select count(*) into folded from entered;
    return folded;
end $$;

-- What cannot be, in a sound ledger: always empty.
create view ledger_audit as
select 'unbalanced_transaction' as finding, transaction_id::text as subject
from ledger_legs group by transaction_id having sum(amount) <> 0
union all
select 'transaction_without_entries', t.id::text
from ledger_transactions t left join ledger_legs l on l.transaction_id = t.id where l.transaction_id is null
union all
select distinct 'entry_without_transaction', l.transaction_id::text
from ledger_legs l left join ledger_transactions t on t.id = l.transaction_id where t.id is null
union all
select distinct 'entry_without_account', l.account_id::text
from ledger_legs l left join ledger_accounts a on a.id = l.account_id where a.id is null
union all
select distinct 'inexact_reversal', t.id::text
from ledger_transactions t
cross join lateral (select account_id, amount from ledger_legs where transaction_id = t.id
                    union all
                    select account_id, amount from ledger_legs where transaction_id = t.reverses) l
where t.reverses is not null
group by t.id, l.account_id having sum(l.amount) <> 0
union all
select 'balance_is_not_last_entry', a.id::text
from ledger_accounts a
left join lateral (select balance, version from ledger_entries e
                   where e.account_id = a.id order by version desc limit 1) e on true
where (a.balance, a.version) <> (coalesce(e.balance, 0), coalesce(e.version, 0))
union all
select 'broken_running_balance', account_id || ':' || version
from (select account_id, version, amount, balance,
             lag(balance, 1, 0::bigint) over earlier as balance_before,
             lag(version, 1, 0) over earlier as version_before
      from ledger_entries window earlier as (partition by account_id order by version)) e
where balance <> balance_before + amount or version <> version_before + 1
union all
select 'balance_beyond_limit', id::text
from ledger_accounts where balance < floor or balance > ceiling
union all
select 'money_created', sum(amount)::text
from (select balance as amount from ledger_accounts union all select amount from ledger_deferred) e
having sum(amount) <> 0;

grant select on ledger_legs, ledger_audit to clube_tenant;
revoke all on function ledger_require_same,
    ledger_post(uuid, smallint, uuid, uuid, timestamptz, smallint[], uuid[], smallint[], bigint[]),
    ledger_post_batch(uuid[], smallint[], uuid[], uuid[], timestamptz[], integer[], smallint[], uuid[], smallint[], bigint[])
    from public;
grant execute on function
    ledger_post(uuid, smallint, uuid, uuid, timestamptz, smallint[], uuid[], smallint[], bigint[]),
    ledger_post_batch(uuid[], smallint[], uuid[], uuid[], timestamptz[], integer[], smallint[], uuid[], smallint[], bigint[])
    to clube_tenant;
