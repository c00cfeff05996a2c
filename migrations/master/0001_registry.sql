-- The master database: who the tenants are, where they live, who runs them.
-- A change to what a tenant is (the tables with a `tell` trigger) is told to every node by NOTIFY when it commits.

create function deny_change() returns trigger language plpgsql as $$
begin
    raise exception '% rows are append-only', tg_table_name using errcode = '42501';
end $$;

-- PostgreSQL servers that can hold tenants' databases. New tenants go where there is room.
create table database_servers (
    id                    uuid primary key,
    name                  text not null constraint database_servers_name_key unique,
    host                  text not null,
    port                  integer not null check (port between 1 and 65535),
    -- The role that makes databases and roles there; never used to serve a request.
    provisioning_user     text not null,
    provisioning_password text not null,
    capacity              integer not null default 1000 check (capacity >= 0),
    is_open               boolean not null default true,
    created_at            timestamptz not null,
    constraint database_servers_place_key unique (host, port)
);

create table tenants (
    id                  uuid primary key,
    slug                text not null constraint tenants_slug_key unique
                        check (slug ~ '^[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])$'),
    company_name        text not null check (company_name <> ''),
    document            text not null,
    email               text not null,
    phone               text not null,
    status              text not null default 'trial'
                        check (status in ('trial', 'active', 'suspended', 'cancelled', 'expired')),
    subscription_plan   text not null check (subscription_plan in ('BASIC', 'PRO', 'ENTERPRISE')),
    subscription_status text not null default 'TRIAL'
                        check (subscription_status in ('TRIAL', 'ACTIVE', 'PAST_DUE', 'SUSPENDED', 'CANCELLED')),
    monthly_fee         bigint not null default 0 check (monthly_fee >= 0),
    trial_ends_at       timestamptz,
    time_zone           text not null default 'America/Sao_Paulo',
    server_id           uuid not null references database_servers,
    database_name       text not null constraint tenants_database_name_key unique,
    database_user       text not null constraint tenants_database_user_key unique,
    database_password   text not null,
    -- Signs this tenant's access tokens and nothing else.
    token_key           text not null,
    -- How far its creation has come; only 'active' tenants resolve.
    provisioning        text not null default 'requested'
                        check (provisioning in ('requested', 'role_ready', 'database_ready', 'schema_ready', 'active')),
    provisioning_error  text,
    -- Copies for screens; the truth is in the tenant's own database.
    schema_version      bigint,
    schema_checked_at   timestamptz,
    schema_error        text,
    created_at          timestamptz not null,
    updated_at          timestamptz not null
);
create index tenants_status_idx on tenants (status);

create table tenant_domains (
    id          uuid primary key,
    tenant_id   uuid not null references tenants on delete cascade,
    domain      text not null check (domain = lower(domain)),
    -- Must stand in a TXT record at _clube-digital.<domain>.
    token       text not null,
    verified_at timestamptz,
    created_at  timestamptz not null,
    constraint tenant_domains_key unique (tenant_id, domain)
);
-- Anybody may claim a domain; only one can prove it.
create unique index tenant_domains_verified_key on tenant_domains (domain) where verified_at is not null;

create table tenant_branding (
    tenant_id           uuid primary key references tenants on delete cascade,
    app_name            text not null check (app_name <> ''),
    tagline             text not null default '',
    primary_color       text not null check (primary_color ~ '^#[0-9a-f]{6}$'),
    secondary_color     text not null check (secondary_color ~ '^#[0-9a-f]{6}$'),
    accent_color        text not null check (accent_color ~ '^#[0-9a-f]{6}$'),
    logo_light_url      text,
    logo_dark_url       text,
    icon_url            text,
    favicon_url         text,
    support_email       text,
    support_phone       text,
    support_whatsapp    text,
    app_store_url       text,
    play_store_url      text,
    minimum_app_version text not null default '1.0.0',
    updated_at          timestamptz not null
);

create table tenant_modules (
    tenant_id             uuid not null references tenants on delete cascade,
    module_key            text not null check (module_key in ('marketplace', 'referrals', 'cashback', 'campaigns')),
    is_enabled            boolean not null,
    is_enabled_by_default boolean not null,
    display_name          text not null,
    sort_order            smallint not null,
    set_by                text not null,
    set_at                timestamptz not null,
    reason                text,
    primary key (tenant_id, module_key)
);

create table tenant_cashback_configs (
    tenant_id                 uuid primary key references tenants on delete cascade,
    consumer_percent          numeric(7, 4) not null default 50   check (consumer_percent between 0 and 100),
    club_percent              numeric(7, 4) not null default 25   check (club_percent between 0 and 100),
    consumer_referrer_percent numeric(7, 4) not null default 12.5 check (consumer_referrer_percent between 0 and 100),
    merchant_referrer_percent numeric(7, 4) not null default 12.5 check (merchant_referrer_percent between 0 and 100),
    updated_at                timestamptz not null,
    constraint tenant_cashback_configs_sum
        check (consumer_percent + club_percent + consumer_referrer_percent + merchant_referrer_percent = 100)
);

create table tenant_withdrawal_configs (
    tenant_id                uuid primary key references tenants on delete cascade,
    fee_percent              numeric(7, 4) not null default 2.5 check (fee_percent between 0 and 100),
    min_amount               bigint not null default 5000 check (min_amount > 0),
    daily_limit              bigint check (daily_limit > 0),
    automatic_approval_limit bigint not null default 0 check (automatic_approval_limit >= 0),
    updated_at               timestamptz not null
);

create table tenant_stats (
    tenant_id           uuid primary key references tenants on delete cascade,
    total_users         bigint not null default 0,
    total_consumers     bigint not null default 0,
    total_merchants     bigint not null default 0,
    active_users_30d    bigint not null default 0,
    total_purchases     bigint not null default 0,
    total_revenue       bigint not null default 0,
    total_cashback_paid bigint not null default 0,
    revenue_30d         bigint not null default 0,
    computed_at         timestamptz not null
);

create table global_stats (
    day             date primary key,
    tenants         integer not null,
    -- [{"slug": …, "reason": …}] of those that could not be read.
    missing         jsonb not null default '[]',
    total_users     bigint not null,
    total_purchases bigint not null,
    total_revenue   bigint not null,
    total_cashback_paid bigint not null,
    computed_at     timestamptz not null
);

-- Data keys, wrapped by the master key. One without a tenant belongs to the platform.
create table data_keys (
    id            uuid primary key,
    -- Checked at commit: a tenant's row holds secrets that its key seals, so the key comes first.
    tenant_id     uuid references tenants on delete cascade deferrable initially deferred,
    wrapped       text not null,
    master_key_id text not null,
    created_at    timestamptz not null
);
create index data_keys_tenant_idx on data_keys (tenant_id, created_at);

-- Tenant admins and super admins are the same thing in two realms: a tenant's, or the platform's (no tenant).
create table administrators (
    id              uuid primary key,
    tenant_id       uuid references tenants on delete cascade,
    email           text not null check (email = lower(email)),
    name            text not null,
    password_hash   text not null,
    role            text not null,
    status          text not null default 'active' check (status in ('active', 'blocked')),
    locale          text not null default 'pt-BR' check (locale in ('pt-BR', 'en')),
    totp_seed       text,
    totp_enabled_at timestamptz,
    -- The last 30-second step that was accepted: a code works once.
    totp_last_step  bigint not null default 0,
    created_at      timestamptz not null,
    last_sign_in_at timestamptz,
    constraint administrators_role check (
        case when tenant_id is null then role in ('owner', 'operator', 'viewer')
             else role in ('owner', 'manager', 'operator', 'viewer') end)
);
create unique index administrators_email_key
    on administrators (coalesce(tenant_id, '00000000-0000-0000-0000-000000000000'), email);

create view tenant_admins as select * from administrators where tenant_id is not null;
create view super_admins as select * from administrators where tenant_id is null;

create table recovery_codes (
    administrator_id uuid not null references administrators on delete cascade,
    code_hash        bytea not null,
    used_at          timestamptz,
    primary key (administrator_id, code_hash)
);

create table admin_sessions (
    id               uuid primary key,
    token_hash       bytea not null constraint admin_sessions_token_key unique,
    administrator_id uuid not null references administrators on delete cascade,
    -- The realm it was opened in: a tenant's host, or the platform's (no tenant).
    tenant_id        uuid references tenants on delete cascade,
    -- The password was right and a second factor is still owed.
    awaits_totp      boolean not null default false,
    created_at       timestamptz not null,
    last_seen_at     timestamptz not null,
    expires_at       timestamptz not null,
    revoked_at       timestamptz,
    ip               text not null,
    user_agent       text not null
);
create index admin_sessions_administrator_idx on admin_sessions (administrator_id);

create table audit_log (
    id         uuid primary key,
    at         timestamptz not null,
    tenant_id  uuid,
    -- Who did it, and as whom when somebody acts for another.
    actor      text not null,
    as_whom    text,
    action     text not null,
    subject    text not null,
    before     jsonb,
    after      jsonb,
    ip         text,
    request_id text
);
create index audit_log_tenant_idx on audit_log (tenant_id, id);
create trigger audit_log_append_only before update or delete on audit_log for each row execute function deny_change();
create trigger audit_log_no_truncate before truncate on audit_log for each statement execute function deny_change();

-- Tells every node which tenant changed. The payload is the id and nothing else.
create function tell_tenant_changed() returns trigger language plpgsql as $$
declare
    changed jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
begin
    perform pg_notify('tenant_changed', coalesce(changed ->> 'tenant_id', changed ->> 'id'));
    return null;
end $$;

create trigger tell after insert or update or delete on tenants for each row execute function tell_tenant_changed();
create trigger tell after insert or update or delete on tenant_domains for each row execute function tell_tenant_changed();
create trigger tell after insert or update or delete on tenant_branding for each row execute function tell_tenant_changed();
create trigger tell after insert or update or delete on tenant_modules for each row execute function tell_tenant_changed();
create trigger tell after insert or update or delete on tenant_cashback_configs for each row execute function tell_tenant_changed();
create trigger tell after insert or update or delete on tenant_withdrawal_configs for each row execute function tell_tenant_changed();
