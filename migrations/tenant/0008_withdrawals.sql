-- Money out: the Pix key that a user is paid to, and withdrawals.

-- One a user. Withdrawals keep a copy of the one they were asked for with.
create table user_pix_keys (
    user_id     uuid primary key constraint user_pix_keys_user_id_fkey references users on delete cascade,
    kind        text not null check (kind in ('cpf', 'cnpj', 'phone', 'email', 'random')),
    key         text not null check (key <> ''),
    -- The user's tax number that its owner must have.
    owner       text not null check (owner ~ '^([0-9]{11}|[0-9A-Z]{12}[0-9]{2})$'),
    -- How it is known that the key is the user's: it is their own tax number, the directory said so, or the provider
    -- checks it with each payout.
    verified_by text not null check (verified_by in ('document', 'lookup', 'payout')),
    -- Since when it is known; absent until the first payout arrived when only payouts tell.
    verified_at timestamptz,
    set_at      timestamptz not null,
    check (verified_by = 'payout' or verified_at is not null)
);

create table withdrawals (
    id             uuid primary key,
    user_id        uuid not null references users,
    status         text not null
        check (status in ('requested', 'approved', 'rejected', 'processing', 'paid', 'failed')),
    -- Gross: what left the wallet.
    amount         bigint not null check (amount > 0),
    fee            bigint not null check (fee >= 0),
    fee_percent    numeric(7, 4) not null check (fee_percent between 0 and 100),
    -- The key of that moment. The key itself and its owner are cleared when the user leaves the club.
    key_kind       text not null check (key_kind in ('cpf', 'cnpj', 'phone', 'email', 'random')),
    key            text,
    key_masked     text not null,
    key_owner      text,
    requested_at   timestamptz not null,
    -- Who approved or rejected it, and when.
    decided_by     text,
    decided_at     timestamptz,
    -- Why it was rejected, or the provider's code of why it failed.
    reason         text check (length(reason) between 1 and 500),
    -- Written before the provider is called, so that a payout is never sent twice.
    provider       text,
    payout_id      text constraint withdrawals_payout_id_key unique,
    sent_at        timestamptz,
    -- How often the provider was asked what became of it, and when it is asked next.
    looks          integer not null default 0 check (looks >= 0),
    look_at        timestamptz,
    -- Why a person has to look at it.
    attention      text check (attention in ('unknown_to_provider', 'provider_changed', 'contradiction')),
    end_to_end_id  text,
    -- When it was paid, rejected or failed.
    finished_at    timestamptz,
    -- How much of what was paid the recipient's institution gave back later.
    returned       bigint not null default 0 check (returned >= 0),
    constraint withdrawals_net check (amount > fee and returned <= amount - fee),
    constraint withdrawals_decided check (
        (status = 'requested') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
    constraint withdrawals_sent check (
        (status in ('processing', 'paid', 'failed')) = (payout_id is not null)
        and (payout_id is null) = (sent_at is null) and (payout_id is null) = (provider is null)),
    constraint withdrawals_finished check ((status in ('rejected', 'paid', 'failed')) = (finished_at is not null)),
    constraint withdrawals_paid check ((status = 'paid') = (end_to_end_id is not null) and (status = 'paid' or returned = 0)),
    constraint withdrawals_reason check (status not in ('rejected', 'failed') or reason is not null),
    constraint withdrawals_key check (
        status in ('rejected', 'paid', 'failed') or (key is not null and key_owner is not null))
);
create index withdrawals_user_idx on withdrawals (user_id, id desc);
create index withdrawals_requested_idx on withdrawals (id) where status = 'requested';
create index withdrawals_approved_idx on withdrawals (decided_at) where status = 'approved';
create index withdrawals_look_idx on withdrawals (look_at) where look_at is not null;
create index withdrawals_attention_idx on withdrawals (id) where attention is not null;

-- The second wall behind the operations: money that left for good does not come back by changing a word.
create function withdrawals_step() returns trigger language plpgsql as $$
begin
    if old.status <> new.status and (old.status, new.status) not in (
        ('requested', 'approved'), ('requested', 'rejected'), ('approved', 'processing'),
        ('processing', 'paid'), ('processing', 'failed')) then
        raise exception 'a withdrawal does not go from % to %', old.status, new.status
            using errcode = '23514', constraint = 'withdrawals_step';
    end if;
    if old.payout_id is not null and (new.payout_id, new.sent_at, new.provider)
        is distinct from (old.payout_id, old.sent_at, old.provider) then
        raise exception 'a withdrawal is sent once' using errcode = '23514', constraint = 'withdrawals_sent_once';
    end if;
    return new;
end $$;
create trigger withdrawals_step before update on withdrawals for each row execute function withdrawals_step();

grant select, insert, update, delete on user_pix_keys to clube_tenant;
grant select, insert on withdrawals to clube_tenant;
-- What was asked for never changes.
grant update (status, key, key_owner, decided_by, decided_at, reason, provider, payout_id, sent_at, looks, look_at,
              attention, end_to_end_id, finished_at, returned) on withdrawals to clube_tenant;
