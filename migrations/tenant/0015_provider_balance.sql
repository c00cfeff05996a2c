-- What the provider holds against what the ledger says that it holds, and payouts whose answers say nothing.

-- How much less than the ledger says the provider may hold while nothing is wrong: payouts that were sent and refunds that
-- were asked for, in centavos. Absent when the balances were not compared.
alter table pix_reconciliations add column on_its_way bigint check (on_its_way >= 0);

-- What the account held when it was first compared that was not the club's, in centavos. Absent until then.
alter table pix_listings add column opening_balance bigint check (opening_balance >= 0);

-- A day after it was sent, the provider's answers still do not say what became of a payout.
alter table withdrawals drop constraint withdrawals_attention_check;
alter table withdrawals add constraint withdrawals_attention_check
    check (attention in ('unknown_to_provider', 'unclear', 'provider_changed', 'contradiction', 'owner_left'));

-- What a person took off the list; the same answer of the provider does not put it there again.
alter table withdrawals add column acknowledged text;
grant update (acknowledged) on withdrawals to clube_tenant;
