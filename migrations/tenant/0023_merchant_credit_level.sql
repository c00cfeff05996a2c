-- From which KYC level on a merchant has the club's credit. Whoever registers calls themselves a merchant, so by default only
-- those have it whom the club knows best; what is in use stays until it is paid back.
alter table money_settings
    add column merchant_credit_level smallint not null default 2
        constraint money_settings_merchant_credit_level check (merchant_credit_level between 0 and 2);
