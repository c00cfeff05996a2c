-- Money that comes in by Pix: who holds it, the charges that users pay, what came in, what was given back, and how it
-- compares with the ledger every day.

-- Who holds the club's money, and how much may come in at once.
alter table money_settings
    add column pix_provider     text not null default 'sandbox'
        constraint money_settings_pix_provider check (pix_provider in ('sandbox', 'bcb', 'efi')),
    -- How the provider is reached, without secrets.
    add column pix_account      jsonb not null default '{}' check (jsonb_typeof(pix_account) = 'object'),
    -- Its secrets, sealed.
    add column pix_credentials  text,
    -- Counts the changes, so that every node sees that it has to build its provider anew.
    add column pix_version      bigint not null default 0,
    -- In centavos.
    add column deposit_minimum  bigint not null default 100,
    add column deposit_maximum  bigint not null default 1000000,
    add constraint money_settings_deposit_limits check (deposit_minimum between 1 and deposit_maximum);

-- The book of the provider that plays one, for clubs without an institution. One row, so that every node has one bank.
create table pix_sandbox (
    id   boolean primary key default true check (id),
    book jsonb
);
insert into pix_sandbox default values;

-- Money that left again after it had come in, apart from what was bought and given back.
alter table ledger_transactions drop constraint ledger_transactions_kind;
alter table ledger_transactions add constraint ledger_transactions_kind check (kind between 1 and 14);
insert into ledger_transaction_kinds (kind, name) values (14, 'deposit_returned');

create table deposits (
    id              uuid primary key,
    user_id         uuid not null references users,
    -- The client's name for its request: asked again after a lost answer, it is the same deposit.
    idempotency_key text not null,
    -- Our id of the charge at the provider.
    txid            text not null constraint deposits_txid_key unique check (txid ~ '^[A-Za-z0-9]{26,35}$'),
    provider        text not null,
    -- Of the charge, in centavos; what counts is what comes in.
    amount          bigint not null check (amount > 0),
    status          text not null default 'waiting' check (status in ('waiting', 'paid', 'expired', 'cancelled')),
    -- Until the provider answered there is none.
    br_code         text,
    -- What came in for it, in centavos, and what of that the payers got back.
    paid_amount     bigint not null default 0 check (paid_amount >= 0),
    returned_amount bigint not null default 0,
    created_at      timestamptz not null,
    expires_at      timestamptz not null,
    paid_at         timestamptz,
    -- When the provider was last asked.
    checked_at      timestamptz not null,
    constraint deposits_idempotency_key unique (user_id, idempotency_key),
    constraint deposits_paid check ((status = 'paid') = (paid_at is not null) and (status = 'paid') = (paid_amount > 0)),
    constraint deposits_returned check (returned_amount between 0 and paid_amount)
);
create index deposits_user_idx on deposits (user_id, id);
create index deposits_waiting_idx on deposits (checked_at) where status = 'waiting';

-- Every payment that came in, once.
create table received_pix (
    id            uuid primary key,
    end_to_end_id text not null constraint received_pix_end_to_end_id_key unique check (end_to_end_id ~ '^E[0-9A-Za-z]{31}$'),
    provider      text not null,
    txid          text,
    deposit_id    uuid references deposits,
    -- Whose it is; nobody's while it is in suspense.
    user_id       uuid references users,
    amount        bigint not null check (amount > 0),
    -- What of it was given back.
    returned      bigint not null default 0,
    status        text not null check (status in ('credited', 'suspense', 'assigned', 'returned')),
    received_at   timestamptz not null,
    recorded_at   timestamptz not null,
    -- Who decided what becomes of unmatched money, and why.
    resolved_by   text,
    resolved_at   timestamptz,
    reason        text,
    constraint received_pix_returned check (returned between 0 and amount),
    constraint received_pix_owner check ((user_id is null) = (status in ('suspense', 'returned')))
);
create index received_pix_received_idx on received_pix (received_at);
create index received_pix_deposit_idx on received_pix (deposit_id) where deposit_id is not null;
create index received_pix_user_idx on received_pix (user_id) where user_id is not null;
create index received_pix_suspense_idx on received_pix (id) where status = 'suspense';

-- What was given back of a payment: asked by us, or taken by the payer's institution.
create table pix_refunds (
    end_to_end_id text not null references received_pix (end_to_end_id),
    -- Ours, or the provider's own after a contest.
    refund_id     text not null check (refund_id ~ '^[A-Za-z0-9]{1,35}$'),
    amount        bigint not null check (amount > 0),
    nature        text not null check (nature in ('ordinary', 'operational_failure', 'fraud', 'other')),
    -- `requested` is written before the provider is asked.
    status        text not null check (status in ('requested', 'processing', 'returned', 'failed')),
    -- What of it the user's wallet did not have, and is owed now.
    debt          bigint not null default 0 check (debt between 0 and amount),
    requested_by  text not null,
    requested_at  timestamptz not null,
    settled_at    timestamptz,
    primary key (end_to_end_id, refund_id)
);
create index pix_refunds_open_idx on pix_refunds (requested_at) where status in ('requested', 'processing');

-- The provider's word against the ledger, one row a day of the club's time zone.
create table pix_reconciliations (
    day              date primary key,
    provider         text not null,
    -- What came in on that day less what of it was given back until now: by the provider, and by us.
    provider_total   bigint not null,
    ledger_total     bigint not null,
    difference       bigint not null,
    -- What the provider holds and what the ledger says it holds, when the report was made; the provider may not tell.
    provider_balance bigint,
    ledger_balance   bigint not null,
    -- Ids of payments that only the one or the other knows, or knows with another amount, and what could not be read.
    missing_here     jsonb not null check (jsonb_typeof(missing_here) = 'array'),
    missing_there    jsonb not null check (jsonb_typeof(missing_there) = 'array'),
    unequal          jsonb not null check (jsonb_typeof(unequal) = 'array'),
    unreadable       jsonb not null check (jsonb_typeof(unreadable) = 'array'),
    made_at          timestamptz not null,
    constraint pix_reconciliations_difference check (difference = provider_total - ledger_total)
);

grant select, update on pix_sandbox to clube_tenant;
grant select, insert on deposits, received_pix, pix_refunds to clube_tenant;
grant update (status, br_code, paid_amount, returned_amount, expires_at, paid_at, checked_at) on deposits to clube_tenant;
grant update (user_id, status, returned, resolved_by, resolved_at, reason) on received_pix to clube_tenant;
grant update (status, debt, settled_at) on pix_refunds to clube_tenant;
grant select, insert, update on pix_reconciliations to clube_tenant;
