-- What is known of who paid, so that the owner of unmatched money can be found; and all money without an owner in one list.

-- Kept only of payments that had no owner when they came in. The tax number never stands here whole.
alter table received_pix
    add column payer_name    text check (length(payer_name) between 1 and 140),
    add column payer_tax_id  text check (length(payer_tax_id) <= 18 and payer_tax_id like '%*%'),
    add column payer_message text check (length(payer_message) between 1 and 140);
grant update (payer_name, payer_tax_id, payer_message) on received_pix to clube_tenant;

-- Money of a withdrawal that came back when its owner had left the club.
create table returned_payouts (
    id            uuid primary key,
    withdrawal_id uuid not null references withdrawals,
    amount        bigint not null check (amount > 0),
    -- Whose it turned out to be.
    user_id       uuid references users,
    status        text not null default 'suspense' check (status in ('suspense', 'assigned')),
    returned_at   timestamptz not null,
    -- Who decided that, and why.
    resolved_by   text,
    resolved_at   timestamptz,
    reason        text,
    constraint returned_payouts_owner check ((user_id is null) = (status = 'suspense'))
);
create index returned_payouts_withdrawal_idx on returned_payouts (withdrawal_id);
create index returned_payouts_user_idx on returned_payouts (user_id) where user_id is not null;
grant select, insert on returned_payouts to clube_tenant;
grant update (user_id, status, resolved_by, resolved_at, reason) on returned_payouts to clube_tenant;

-- What came back before this table was here, as the ledger has it.
insert into returned_payouts (id, withdrawal_id, amount, returned_at)
select t.id, t.subject_id, l.amount, t.happened_at
from ledger_legs l
join ledger_accounts a on a.id = l.account_id and a.kind = 5
join ledger_transactions t on t.id = l.transaction_id and t.kind = 7;

-- Everything that is, or was, on the suspense account.
create view unmatched_money as
select p.id, p.end_to_end_id, p.txid, null::uuid as withdrawal_id, p.amount, p.returned, p.status, p.received_at,
       p.user_id, p.resolved_by, p.resolved_at, p.reason, p.payer_name, p.payer_tax_id, p.payer_message,
       exists (select from pix_refunds r where r.end_to_end_id = p.end_to_end_id
               and r.status in ('requested', 'processing')) as is_returning
from received_pix p where p.status <> 'credited'
union all
select r.id, w.end_to_end_id, null, r.withdrawal_id, r.amount, 0, r.status, r.returned_at,
       r.user_id, r.resolved_by, r.resolved_at, r.reason, null, null, null, false
from returned_payouts r join withdrawals w on w.id = r.withdrawal_id;
grant select on unmatched_money to clube_tenant;
