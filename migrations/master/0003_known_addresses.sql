-- From which addresses an account was signed in: strangers who use its attempts up do not keep its owner out there.
create table known_addresses (
    -- Digest of the account and the address, neither of which can be read from it.
    pair         bytea primary key check (length(pair) = 16),
    signed_in_at timestamptz not null
);
create index known_addresses_signed_in_idx on known_addresses (signed_in_at);
