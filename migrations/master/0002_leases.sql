-- Scheduled work: who does it now, until when nobody else may begin, and how it went. By this database's clock.

create table job_leases (
    name          text not null,
    -- None for work on the platform itself.
    tenant_id     uuid references tenants on delete cascade,
    holder        uuid not null,
    -- Nobody else begins before: the holder's term while it works, afterwards the pause until the next time.
    until         timestamptz not null,
    -- Why it failed the last time, and since when it fails.
    error         text,
    failing_since timestamptz,
    constraint job_leases_key unique nulls not distinct (name, tenant_id)
);
create index job_leases_tenant_idx on job_leases (tenant_id);

-- What the last audit of a tenant's ledger found; an empty list is as it must be.
create table tenant_audits (
    tenant_id  uuid primary key references tenants on delete cascade,
    findings   jsonb not null check (jsonb_typeof(findings) = 'array'),
    checked_at timestamptz not null
);
