-- Which club uses which Pix key. A key is registered once in the country, so it is one club's: two would take each other's
-- payments in.
create table tenant_pix_keys (
    -- Digest of the key, which may be somebody's tax number: that one stands in the club's own database.
    digest     bytea primary key check (length(digest) = 32),
    tenant_id  uuid not null references tenants on delete cascade,
    claimed_at timestamptz not null
);
create index tenant_pix_keys_tenant_idx on tenant_pix_keys (tenant_id);
