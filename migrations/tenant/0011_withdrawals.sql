-- Withdrawals that are refused after they were approved, money that comes back to somebody who has left, and what
-- somebody who leaves gives up.

-- Approved is not sent: until it is, the club may change its mind.
create or replace function withdrawals_step() returns trigger language plpgsql as $$
begin
    if old.status <> new.status and (old.status, new.status) not in (
        ('requested', 'approved'), ('requested', 'rejected'), ('approved', 'rejected'), ('approved', 'processing'),
        ('processing', 'paid'), ('processing', 'failed')) then
        raise exception 'a withdrawal does not go from % to %', old.status, new.status
            using errcode = '23514', constraint = 'withdrawals_step';
    end if;
    if old.payout_id is not null and (new.payout_id, new.sent_at, new.provider)
        is distinct from (old.payout_id, old.sent_at, old.provider) then
        raise exception 'a withdrawal is sent once' using errcode = '23514', constraint = 'withdrawals_sent_once';
    end if;
    return new;
end $$;

-- Money came back whose owner is no longer there: it is on the suspense account.
alter table withdrawals drop constraint withdrawals_attention_check;
alter table withdrawals add constraint withdrawals_attention_check
    check (attention in ('unknown_to_provider', 'provider_changed', 'contradiction', 'owner_left'));

-- What was decided about a withdrawal is read with it.
create index audit_log_subject_idx on audit_log (subject);

-- The rest of a wallet, too little to be withdrawn, that its owner leaves to the club.
alter table ledger_transactions drop constraint ledger_transactions_kind;
alter table ledger_transactions add constraint ledger_transactions_kind check (kind between 1 and 15);
insert into ledger_transaction_kinds (kind, name) values (15, 'given_up');
