-- Which account at an institution money goes through, and since when the club uses it. What was begun at one account
-- cannot be asked for at another one, be it at the same institution.

-- Its name: the provider's and, at an institution, where it is reached, the client id and the club's key.
alter table money_settings add column pix_account_name text not null default 'sandbox';
update money_settings
    set pix_account_name = concat_ws(' ', pix_provider, split_part(pix_account ->> 'baseUrl', '/', 3),
                                     pix_account ->> 'clientId', pix_account -> 'key' ->> 'key')
    where pix_provider <> 'sandbox';

-- Everything tells its account now.
update deposits set provider = pix_account_name from money_settings where provider = pix_provider;
update received_pix set provider = pix_account_name from money_settings where provider = pix_provider;
alter table withdrawals disable trigger withdrawals_step;
update withdrawals set provider = pix_account_name from money_settings where provider = pix_provider;
alter table withdrawals enable trigger withdrawals_step;
comment on column deposits.provider is 'The account, as money_settings.pix_account_name has it.';
comment on column received_pix.provider is 'The account, as money_settings.pix_account_name has it.';
comment on column withdrawals.provider is 'The account, as money_settings.pix_account_name has it.';

alter table pix_listings rename column provider to account;
-- What came in before is not the club's business. Absent where everything is: at the sandbox.
alter table pix_listings add column used_since timestamptz;
update pix_listings set account = pix_account_name, used_since = listed_until from money_settings
    where account = pix_provider and pix_provider <> 'sandbox';
delete from pix_listings where account in ('bcb', 'efi');

-- A key names a request for as long as its answer is kept. After that it may name another one, and the old deposit has
-- none.
alter table deposits alter column idempotency_key drop not null;
grant update (idempotency_key) on deposits to clube_tenant;
