-- An approved withdrawal whose user gets another tax number waits for a person again: until it is sent, what was approved
-- holds for the number that it was approved for.
create or replace function withdrawals_step() returns trigger language plpgsql as $$
declare
    is_back constant boolean := old.status = 'processing' and new.status = 'approved'
        and old.not_taken is null and new.not_taken is not null;
begin
    if old.status <> new.status and not is_back and (old.status, new.status) not in (
        ('requested', 'approved'), ('requested', 'rejected'), ('approved', 'requested'), ('approved', 'rejected'),
        ('approved', 'processing'), ('processing', 'paid'), ('processing', 'failed')) then
        raise exception 'a withdrawal does not go from % to %', old.status, new.status
            using errcode = '23514', constraint = 'withdrawals_step';
    end if;
    if old.payout_id is not null and not is_back and (new.payout_id, new.sent_at, new.provider)
        is distinct from (old.payout_id, old.sent_at, old.provider) then
        raise exception 'a withdrawal is sent once' using errcode = '23514', constraint = 'withdrawals_sent_once';
    end if;
    return new;
end $$;
