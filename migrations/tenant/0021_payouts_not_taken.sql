-- Payouts that an institution did not take on, and said so: they are approved as before, and are sent again later.

alter table withdrawals
    -- Why the institution did not take it on the last time, in its words; until it is taken up again.
    add column not_taken    text check (length(not_taken) between 1 and 300),
    -- When that was.
    add column not_taken_at timestamptz;
grant update (not_taken, not_taken_at) on withdrawals to clube_tenant;

-- Nothing that was sent goes back without the institution's word, written down in the same step, that it took nothing on.
create or replace function withdrawals_step() returns trigger language plpgsql as $$
declare
    is_back constant boolean := old.status = 'processing' and new.status = 'approved'
        and old.not_taken is null and new.not_taken is not null;
begin
    if old.status <> new.status and not is_back and (old.status, new.status) not in (
        ('requested', 'approved'), ('requested', 'rejected'), ('approved', 'rejected'), ('approved', 'processing'),
        ('processing', 'paid'), ('processing', 'failed')) then
        raise exception 'a withdrawal does not go from % to %', old.status, new.status
            using errcode = '23514', constraint = 'withdrawals_step';
    end if;
    if old.payout_id is not null and not is_back and (new.payout_id, new.sent_at, new.provider)
        is distinct from (old.payout_id, old.sent_at, old.provider) then
        raise exception 'a withdrawal is sent once' using errcode = '23514', constraint = 'withdrawals_sent_once';
    end if;
    return new;
end $$;

-- That an institution takes no payouts on: since when, and why in its words. No row while it does.
create table payout_halts (
    account    text primary key,
    since      timestamptz not null,
    reason     text not null check (length(reason) between 1 and 300),
    -- Whether it does not even say what it holds.
    is_balance boolean not null
);
grant select, insert, update, delete on payout_halts to clube_tenant;
