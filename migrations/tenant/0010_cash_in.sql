-- Money coming in: how far it was listed, whether the provider knows where to call, how many charges may wait.

alter table money_settings
    -- When the provider was told where to call; absent until it is.
    add column pix_webhook_at       timestamptz,
    -- How many charges of one user may wait at once.
    add column deposit_most_waiting smallint not null default 20,
    add constraint money_settings_deposit_most_waiting check (deposit_most_waiting between 1 and 100);

-- Until when everything that came in at a provider was listed and taken note of.
create table pix_listings (
    provider     text primary key,
    listed_until timestamptz not null
);
insert into pix_listings (provider, listed_until) values ('sandbox', now());
insert into pix_listings (provider, listed_until)
    select pix_provider, now() from money_settings on conflict do nothing;

grant select, insert, update on pix_listings to clube_tenant;
