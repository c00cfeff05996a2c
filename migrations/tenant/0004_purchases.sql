-- Purchases: what was bought, its cashback, how that was decided, and what was taken back; and the answers that a
-- repeated request is given again.

-- Cashback as a line of its own on a statement, apart from the price.
alter table ledger_transactions drop constraint ledger_transactions_kind;
alter table ledger_transactions add constraint ledger_transactions_kind check (kind between 1 and 13);
insert into ledger_transaction_kinds (kind, name) values (13, 'cashback');

-- What a request that moves money was answered, so that a repeat gets the same bytes and moves nothing.
create table idempotency_keys (
    actor        text not null,
    key          text not null check (length(key) between 1 and 255),
    -- SHA-256 of method, path and body.
    request_hash bytea not null check (length(request_hash) = 32),
    status       smallint not null check (status between 200 and 299),
    body         bytea not null,
    created_at   timestamptz not null,
    primary key (actor, key)
);
create index idempotency_keys_created_idx on idempotency_keys (created_at);

-- The tenant's rules about money that are not percentages. One row.
create table money_settings (
    id                    boolean primary key default true check (id),
    -- After how many days cashback can be spent.
    release_days          smallint not null default 0
        constraint money_settings_release_days check (release_days between 0 and 365),
    -- How far below zero a merchant's wallet may go to pay cashback, in centavos.
    merchant_credit_limit bigint not null default 0
        constraint money_settings_merchant_credit_limit check (merchant_credit_limit >= 0),
    -- KYC level → most centavos that may leave on one day; a level that is absent has no limit of its own.
    kyc_daily_limits      jsonb not null default '{}' check (jsonb_typeof(kyc_daily_limits) = 'object')
);
insert into money_settings default values;

-- A user's own percentages: all four.
create table user_cashback_configs (
    user_id                   uuid primary key constraint user_cashback_configs_user_id_fkey references users on delete cascade,
    consumer_percent          numeric(7, 4) not null check (consumer_percent between 0 and 100),
    club_percent              numeric(7, 4) not null check (club_percent between 0 and 100),
    consumer_referrer_percent numeric(7, 4) not null check (consumer_referrer_percent between 0 and 100),
    merchant_referrer_percent numeric(7, 4) not null check (merchant_referrer_percent between 0 and 100),
    set_by                    text not null,
    set_at                    timestamptz not null,
    reason                    text not null,
    constraint user_cashback_configs_sum check (
        consumer_percent + club_percent + consumer_referrer_percent + merchant_referrer_percent = 100)
);

-- What a merchant decides.
create table merchant_settings (
    user_id          uuid primary key constraint merchant_settings_user_id_fkey references users on delete cascade,
    -- Of a sale without products.
    cashback_percent numeric(7, 4) not null default 0 check (cashback_percent between 0 and 100)
);

create table purchases (
    id                        uuid primary key,
    payment                   text not null check (payment in ('wallet', 'external')),
    consumer_id               uuid not null references users,
    merchant_id               uuid not null references users check (merchant_id <> consumer_id),
    -- Who had brought them then.
    consumer_referrer_id      uuid references users,
    merchant_referrer_id      uuid references users,
    price                     bigint not null check (price > 0),
    pool                      bigint not null check (pool between 0 and price),
    -- Whether there was cashback, or which level had the module off.
    cashback_rule             text not null
        check (cashback_rule in ('module_on', 'off_for_club', 'off_for_consumer', 'off_for_merchant')),
    -- The percentages that held, and whose they were.
    split_rule                text not null
        check (split_rule in ('consumer_override', 'merchant_override', 'tenant_default')),
    consumer_percent          numeric(7, 4) not null,
    club_percent              numeric(7, 4) not null,
    consumer_referrer_percent numeric(7, 4) not null,
    merchant_referrer_percent numeric(7, 4) not null,
    -- Every set of percentages that was there to choose from, the one that held first.
    override_chain            jsonb not null,
    consumer_share            bigint not null check (consumer_share >= 0),
    club_share                bigint not null check (club_share >= 0),
    consumer_referrer_share   bigint not null check (consumer_referrer_share >= 0),
    merchant_referrer_share   bigint not null check (merchant_referrer_share >= 0),
    -- Why each referrer's share went where it went.
    consumer_referrer_rule    text not null
        check (consumer_referrer_rule in ('referrer', 'no_referrer', 'referrer_left', 'referrals_off')),
    merchant_referrer_rule    text not null
        check (merchant_referrer_rule in ('referrer', 'no_referrer', 'referrer_left', 'referrals_off')),
    receipt_number            text check (length(receipt_number) between 1 and 100),
    -- How much of the price was given back.
    refunded                  bigint not null default 0,
    purchased_at              timestamptz not null,
    -- When its cashback can be spent, and since when it can be.
    release_at                timestamptz not null,
    released_at               timestamptz,
    constraint purchases_shares check (
        consumer_share + club_share + consumer_referrer_share + merchant_referrer_share = pool),
    constraint purchases_percentages check (
        consumer_percent + club_percent + consumer_referrer_percent + merchant_referrer_percent = 100),
    constraint purchases_refunded check (refunded between 0 and price),
    constraint purchases_consumer_referrer check (consumer_referrer_share = 0 or consumer_referrer_id is not null),
    constraint purchases_merchant_referrer check (merchant_referrer_share = 0 or merchant_referrer_id is not null)
);
create unique index purchases_receipt_key on purchases (merchant_id, receipt_number) where receipt_number is not null;
create index purchases_consumer_idx on purchases (consumer_id, id);
create index purchases_merchant_idx on purchases (merchant_id, id);
create index purchases_consumer_referrer_idx on purchases (consumer_referrer_id, id) where consumer_referrer_id is not null;
create index purchases_merchant_referrer_idx on purchases (merchant_referrer_id, id) where merchant_referrer_id is not null;
create index purchases_waiting_idx on purchases (release_at) where released_at is null;

-- The lines of a purchase as they were then; a sale without products is one line without a product.
create table purchase_items (
    purchase_id      uuid not null references purchases,
    position         smallint not null check (position > 0),
    product_id       uuid,
    name             text,
    quantity         integer not null check (quantity > 0),
    unit_price       bigint not null check (unit_price > 0),
    cashback_percent numeric(7, 4) not null check (cashback_percent between 0 and 100),
    -- What the line adds to the purchase's pool.
    cashback         bigint not null check (cashback >= 0),
    primary key (purchase_id, position),
    check ((product_id is null) = (name is null))
);

create table refunds (
    id                      uuid primary key,
    purchase_id             uuid not null references purchases,
    -- Counts the refunds of a purchase, from 1.
    number                  integer not null check (number > 0),
    amount                  bigint not null check (amount > 0),
    reason                  text,
    -- What was taken back of each share. The club's is what rounding leaves, so it may be a centavo the other way.
    consumer_share          bigint not null check (consumer_share >= 0),
    club_share              bigint not null,
    consumer_referrer_share bigint not null check (consumer_referrer_share >= 0),
    merchant_referrer_share bigint not null check (merchant_referrer_share >= 0),
    -- The part of it that was spent already and is owed now.
    consumer_debt           bigint not null check (consumer_debt between 0 and consumer_share),
    consumer_referrer_debt  bigint not null check (consumer_referrer_debt between 0 and consumer_referrer_share),
    merchant_referrer_debt  bigint not null check (merchant_referrer_debt between 0 and merchant_referrer_share),
    refunded_by             text not null,
    refunded_at             timestamptz not null,
    constraint refunds_number_key unique (purchase_id, number)
);

create trigger purchase_items_append_only before update or delete on purchase_items
    for each row execute function deny_change();
create trigger refunds_append_only before update or delete on refunds for each row execute function deny_change();

grant select, insert, delete on idempotency_keys to clube_tenant;
grant select, update on money_settings to clube_tenant;
grant select, insert, update, delete on user_cashback_configs, merchant_settings to clube_tenant;
grant select, insert on purchases, purchase_items, refunds to clube_tenant;
-- What was decided at the sale never changes.
grant update (refunded, released_at) on purchases to clube_tenant;
