-- The ledger: every movement of money is one transaction whose entries sum to zero, in centavos.
--
-- An account is named by its kind and its owner. Its balance stands on its row, and on each of its entries as it was
-- after that entry; an entry's key is (account, version), so a statement is a scan of the primary key.
--
-- An account without an owner belongs to the club as a whole (its shares, the money at the payment provider, …) and is
-- deferred, because almost every posting passes it: a posting only appends to `ledger_deferred` and waits for nobody;
-- `ledger_fold` later gives those entries their versions and balances. Its exact balance is the one on its row plus
-- what waits.
--
-- Money moves only through the functions below. They run as the owner of these tables; the tenant's own role may read
-- and call, not write.
--
-- Whoever posts takes locks in one order, so nobody waits in a circle: first the transaction ids, ascending, then the
-- accounts by (kind, owner), ascending, each opened or locked in its turn. Post once in a database transaction: put
-- everything into one posting or one batch.

-- The chart of accounts. Wallets, which many postings share, have the highest number: locked last, for the shortest time.
create table ledger_account_kinds (
    kind        smallint primary key,
    name        text not null constraint ledger_account_kinds_name_key unique,
    -- Without an owner, its entries folded later.
    is_deferred boolean not null,
    -- What the balance of a new account may not go below, or above.
    floor       bigint,
    ceiling     bigint,
    check (not is_deferred or (floor is null and ceiling is null))
);

insert into ledger_account_kinds (kind, name, is_deferred, floor, ceiling) values
    (1, 'clearing', true, null, null),  -- the money at the payment provider, with the sign turned: what is held there is negative
    (2, 'club', true, null, null),      -- the club's shares
    (3, 'fees', true, null, null),      -- withdrawal fees
    (4, 'payout', true, null, null),    -- withdrawals on their way out
    (5, 'suspense', true, null, null),  -- money that came in and belongs to nobody we know
    (6, 'external', true, null, null),  -- sales paid outside: cash, card
    (10, 'pending', false, 0, null),    -- cashback that is not yet released
    (11, 'blocked', false, 0, null),    -- held back by order of somebody entitled to
    (12, 'debt', false, null, 0),       -- what a user owes the club after a refund, as a negative balance
    (13, 'wallet', false, 0, null);     -- what a user can spend or withdraw; a merchant's floor is minus its credit

create table ledger_transaction_kinds (
    kind smallint primary key,
    name text not null constraint ledger_transaction_kinds_name_key unique
);

insert into ledger_transaction_kinds (kind, name) values
    (1, 'deposit'), (2, 'purchase'), (3, 'release'), (4, 'refund'), (5, 'withdrawal'), (6, 'withdrawal_paid'),
    (7, 'withdrawal_returned'), (8, 'suspense'), (9, 'debt_paid'), (10, 'block'), (11, 'unblock'), (12, 'adjustment');

create table ledger_accounts (
    id       bigint generated always as identity primary key,
    kind     smallint not null references ledger_account_kinds,
    owner_id uuid constraint ledger_accounts_owner_fkey references users,
    floor    bigint,
    ceiling  bigint,
    balance  bigint not null default 0,
    version  bigint not null default 0,
    constraint ledger_accounts_key unique nulls not distinct (owner_id, kind),
    constraint ledger_accounts_floor check (balance >= floor),
    constraint ledger_accounts_ceiling check (balance <= ceiling),
    -- A limit is checked when an entry is written, and for these that is too late.
    constraint ledger_accounts_unlimited check (owner_id is not null or (floor is null and ceiling is null))
) with (fillfactor = 50); -- room for the next balance on the same page: an update then touches no index

insert into ledger_accounts (kind) select kind from ledger_account_kinds where is_deferred order by kind;

create table ledger_transactions (
    -- Chosen by the caller: the same id never posts twice.
    id          uuid primary key,
    -- Not a foreign key: every posting would lock the same row of ledger_transaction_kinds.
    kind        smallint not null constraint ledger_transactions_kind check (kind between 1 and 12),
    -- What it pays for: the purchase, the deposit, the withdrawal.
    subject_id  uuid not null,
    -- The transaction whose every entry this one takes back.
    reverses    uuid constraint ledger_transactions_reverses_fkey references ledger_transactions,
    happened_at timestamptz not null,
    posted_at   timestamptz not null default clock_timestamp()
);
-- Partial, because few transactions reverse another.
create unique index ledger_transactions_reverses_key on ledger_transactions (reverses) where reverses is not null;

create table ledger_entries (
    account_id     bigint not null references ledger_accounts,
    version        bigint not null,
    transaction_id uuid not null references ledger_transactions,
    amount         bigint not null check (amount <> 0),
    -- Of the account, after this entry.
    balance        bigint not null,
    primary key (account_id, version)
);
create index ledger_entries_transaction_idx on ledger_entries (transaction_id);

-- Entries of deferred accounts that are not folded yet. No foreign key: it would lock the account's row.
create table ledger_deferred (
    seq            bigint generated always as identity primary key,
    account_id     bigint not null,
    transaction_id uuid not null,
    amount         bigint not null check (amount <> 0)
);

-- Every entry, folded or not.
create view ledger_legs as
select transaction_id, account_id, amount from ledger_entries
union all
select transaction_id, account_id, amount from ledger_deferred;

create trigger ledger_transactions_append_only before update or delete on ledger_transactions
    for each row execute function deny_change();
create trigger ledger_transactions_no_truncate before truncate on ledger_transactions
    for each statement execute function deny_change();
create trigger ledger_entries_append_only before update or delete on ledger_entries
    for each row execute function deny_change();
create trigger ledger_entries_no_truncate before truncate on ledger_entries
    for each statement execute function deny_change();
create trigger ledger_deferred_no_change before update on ledger_deferred
    for each row execute function deny_change();
create trigger ledger_deferred_no_truncate before truncate on ledger_deferred
    for each statement execute function deny_change();

-- Adds to an owner's account, opening it if it is new, and returns it as it then is. An account without an owner is
-- only looked up: its entries wait to be folded.
create function ledger_move(p_kind smallint, p_owner_id uuid, p_amount bigint, p_entries bigint) returns ledger_accounts
language plpgsql as $$
declare
    account ledger_accounts;
begin
    if p_owner_id is null then
        select * into account from ledger_accounts where kind = p_kind and owner_id is null;
        if found then
            return account;
        end if;
    end if;
    loop
        update ledger_accounts set balance = balance + p_amount, version = version + p_entries
        where kind = p_kind and owner_id = p_owner_id
        returning * into account;
        if found then
            return account;
        end if;
        if p_owner_id is null or not exists (select from ledger_account_kinds where kind = p_kind and not is_deferred) then
            raise exception 'there is no such account' using errcode = '23503', constraint = 'ledger_account_unknown';
        end if;
        insert into ledger_accounts (kind, owner_id, floor, ceiling)
        select kind, p_owner_id, floor, ceiling from ledger_account_kinds where kind = p_kind
        on conflict do nothing;
    end loop;
end $$;

-- Refuses a transaction that could not be written because its id, or what it reverses, is taken, unless it is what was
-- written before under this id. When it happened does not count: whoever tries again may have looked at the clock again.
create function ledger_require_same(
    p_id uuid, p_kind smallint, p_subject_id uuid, p_reverses uuid,
    p_kinds smallint[], p_owner_ids uuid[], p_amounts bigint[]
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
                select a.kind, a.owner_id, l.amount
                from ledger_legs l join ledger_accounts a on a.id = l.account_id where l.transaction_id = p_id
                union all
                select kind, owner_id, -amount from unnest(p_kinds, p_owner_ids, p_amounts) l (kind, owner_id, amount)
            ) difference
            group by kind, owner_id having sum(amount) <> 0)
    then
        raise exception 'this transaction was posted with other content'
            using errcode = '23505', constraint = 'ledger_transaction_reused';
    end if;
end $$;

-- Refuses reversals that leave anything of what they reverse, or add to it.
create function ledger_require_exact_reversals(p_ids uuid[]) returns void
language plpgsql as $$
begin
    if exists (
        select from ledger_transactions t
        cross join lateral (select account_id, amount from ledger_legs where transaction_id = t.id
                            union all
                            select account_id, amount from ledger_legs where transaction_id = t.reverses) l
        where t.id = any (p_ids) and t.reverses is not null
        group by t.id, l.account_id having sum(l.amount) <> 0)
    then
        raise exception 'a reversal takes back every entry' using errcode = '23514', constraint = 'ledger_reversal_exact';
    end if;
end $$;

-- One posting, one round trip. True: posted now. False: this id was posted before with the same content.
create function ledger_post(
    p_id uuid, p_kind smallint, p_subject_id uuid, p_reverses uuid, p_happened_at timestamptz,
    p_kinds smallint[], p_owner_ids uuid[], p_amounts bigint[]
) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
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
        perform ledger_require_same(p_id, p_kind, p_subject_id, p_reverses, p_kinds, p_owner_ids, p_amounts);
        return false;
    end if;

    for leg in
        select kind, owner_id, sum(amount)::bigint as amount
        from unnest(p_kinds, p_owner_ids, p_amounts) l (kind, owner_id, amount)
        group by kind, owner_id having sum(amount) <> 0
        order by kind, owner_id
    loop
        total := total + leg.amount;
        legs := legs + 1;
        account := ledger_move(leg.kind, leg.owner_id, leg.amount, 1);
        if leg.owner_id is null then
            insert into ledger_deferred (account_id, transaction_id, amount) values (account.id, p_id, leg.amount);
        else
            insert into ledger_entries (account_id, version, transaction_id, amount, balance)
            values (account.id, account.version, p_id, leg.amount, account.balance);
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
    l_places integer[], l_kinds smallint[], l_owner_ids uuid[], l_amounts bigint[]
) returns uuid[]
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    fresh    uuid[];
    firsts   integer[];
    total    record;
    moved    ledger_accounts;
    accounts bigint[] := '{}';
    versions bigint[] := '{}';
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
        versions := versions || moved.version - total.entries;
        balances := balances || moved.balance - total.amount;
    end loop;

    with leg as (
        select p_ids[place] as transaction_id, owner_id, amount,
               dense_rank() over (order by kind, owner_id) as account, -- its place in the loop above
               row_number() over earlier as entry,
               sum(amount) over earlier as running
        from unnest(l_places, l_kinds, l_owner_ids, l_amounts) with ordinality l (place, kind, owner_id, amount, nth)
        where place = any (firsts) and amount <> 0
        window earlier as (partition by kind, owner_id order by nth)
    ), entered as (
        insert into ledger_entries (account_id, version, transaction_id, amount, balance)
        select accounts[account], versions[account] + entry, transaction_id, amount, balances[account] + running
        from leg where owner_id is not null
    )
    insert into ledger_deferred (account_id, transaction_id, amount)
    select accounts[account], transaction_id, amount from leg where owner_id is null;

    if cardinality(firsts) < cardinality(p_ids) then
        perform ledger_require_same(p_ids[place], p_kinds[place], p_subject_ids[place], p_reverses[place],
                                    array_agg(kind), array_agg(owner_id), array_agg(amount))
        from unnest(l_places, l_kinds, l_owner_ids, l_amounts) l (place, kind, owner_id, amount)
        where place <> all (firsts)
        group by place;
    end if;
    if array_remove(p_reverses, null) <> '{}' then
        perform ledger_require_exact_reversals(fresh);
    end if;
    return fresh;
end $$;

-- Gives waiting entries of the deferred accounts their versions and balances, the oldest first, at most `p_most` a call;
-- returns how many it folded. Two at once wait for each other; nobody who posts waits for them.
create function ledger_fold(p_most integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
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
        insert into ledger_entries (account_id, version, transaction_id, amount, balance)
        select leg.account_id, moved.version + leg.entry, leg.transaction_id, leg.amount, moved.balance + leg.running
        from leg join moved on moved.id = leg.account_id
        returning 1
    )
    select count(*) into folded from entered;
    return folded;
end $$;

-- How far an owner's wallet may go below zero. Refused when it is further below already.
create function ledger_set_credit(p_owner_id uuid, p_credit bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    account ledger_accounts;
begin
    if p_credit is null or p_credit < 0 then
        raise exception 'a credit is not negative' using errcode = '23514', constraint = 'ledger_credit';
    end if;
    account := ledger_move(13::smallint, p_owner_id, 0, 0);
    update ledger_accounts set floor = -p_credit where id = account.id;
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
             lag(version, 1, 0::bigint) over earlier as version_before
      from ledger_entries window earlier as (partition by account_id order by version)) e
where balance <> balance_before + amount or version <> version_before + 1
union all
select 'balance_beyond_limit', id::text
from ledger_accounts where balance < floor or balance > ceiling
union all
select 'money_created', sum(amount)::text
from (select balance as amount from ledger_accounts union all select amount from ledger_deferred) e
having sum(amount) <> 0;

grant select on ledger_account_kinds, ledger_transaction_kinds, ledger_accounts, ledger_transactions, ledger_entries,
    ledger_deferred, ledger_legs, ledger_audit to clube_tenant;
revoke all on function ledger_move, ledger_require_same, ledger_require_exact_reversals, ledger_post, ledger_post_batch,
    ledger_fold, ledger_set_credit from public;
grant execute on function ledger_post, ledger_post_batch, ledger_fold, ledger_set_credit to clube_tenant;
