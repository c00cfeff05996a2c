-- A tenant's database: its people, what they may use, how they sign in, and what happened.
-- Objects belong to the role that migrates; the tenant's own role reaches them through the group `clube_tenant`, which
-- may read and write rows but not alter or drop anything.

do $$
begin
    create role clube_tenant nologin;
exception when duplicate_object or unique_violation then null;
end $$;

-- The database's owner is the tenant's role; the schema must not be, or that role could drop tables.
do $$ begin execute format('alter schema public owner to %I', current_user); end $$;
revoke all on schema public from public;
grant usage on schema public to clube_tenant;

create function deny_change() returns trigger language plpgsql as $$
begin
    raise exception '% rows are append-only', tg_table_name using errcode = '42501';
end $$;

create table users (
    id            uuid primary key,
    first_name    text not null,
    last_name     text not null,
    email         text not null,
    phone         text,
    cpf           text constraint users_cpf_key unique check (cpf ~ '^[0-9]{11}$'),
    cnpj          text constraint users_cnpj_key unique check (cnpj ~ '^[0-9A-Z]{12}[0-9]{2}$'),
    password_hash text not null,
    user_type     text not null check (user_type in ('consumer', 'merchant')),
    status        text not null default 'active' check (status in ('active', 'blocked', 'deleted')),
    kyc_level     smallint not null default 0 check (kyc_level between 0 and 2),
    public_key    text not null constraint users_public_key_key unique,
    private_key   text not null,
    referral_id   text not null constraint users_referral_id_key unique,
    referred_by   uuid references users check (referred_by <> id),
    -- Raising it ends every access token issued before.
    token_version integer not null default 0,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    deleted_at    timestamptz
);
create unique index users_email_key on users (lower(email));
create unique index users_phone_key on users (phone) where phone is not null;
create index users_referred_by_idx on users (referred_by) where referred_by is not null;

create table user_modules (
    user_id    uuid not null references users on delete cascade,
    module_key text not null,
    is_enabled boolean not null,
    set_by     text not null,
    set_at     timestamptz not null,
    reason     text not null,
    primary key (user_id, module_key)
);

-- Opaque tokens, stored hashed. A family begins with a sign-in; each use makes a successor.
create table refresh_tokens (
    token_hash bytea primary key,
    family_id  uuid not null,
    user_id    uuid not null references users on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    revoked_at timestamptz
);
create index refresh_tokens_family_idx on refresh_tokens (family_id);
create index refresh_tokens_user_idx on refresh_tokens (user_id);

create table password_resets (
    token_hash bytea primary key,
    user_id    uuid not null references users on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index password_resets_user_idx on password_resets (user_id);

-- Written with the change it tells of; a relay delivers it later, exactly once.
create table outbox (
    id           bigint generated always as identity primary key,
    kind         text not null,
    payload      jsonb not null,
    created_at   timestamptz not null,
    delivered_at timestamptz
);
create index outbox_waiting_idx on outbox (id) where delivered_at is null;

create table audit_log (
    id         uuid primary key,
    at         timestamptz not null,
    actor      text not null,
    as_whom    text,
    action     text not null,
    subject    text not null,
    before     jsonb,
    after      jsonb,
    ip         text,
    request_id text
);
create trigger audit_log_append_only before update or delete on audit_log for each row execute function deny_change();
create trigger audit_log_no_truncate before truncate on audit_log for each statement execute function deny_change();

grant select, insert, update, delete on users, user_modules, refresh_tokens, password_resets, outbox to clube_tenant;
grant select, insert on audit_log to clube_tenant;
grant select on _sqlx_migrations to clube_tenant;
