-- Money of a wallet that is held back by order: a court's, a contested Pix, a suspicion of fraud. The money itself stands on
-- the user's account `blocked`; here stands who had it blocked, why, and who freed what of it.

create table wallet_blocks (
    -- Comes with the form: the same one sent again is the same block.
    id         uuid primary key,
    user_id    uuid not null references users,
    amount     bigint not null check (amount > 0),
    -- What of it is free again: the sum of its lifts.
    lifted     bigint not null default 0,
    reason     text not null check (length(reason) between 1 and 500),
    blocked_by text not null,
    blocked_at timestamptz not null,
    constraint wallet_blocks_lifted check (lifted between 0 and amount)
);
create index wallet_blocks_user_idx on wallet_blocks (user_id, blocked_at desc);

create table wallet_block_lifts (
    -- Comes with the form too.
    id        uuid primary key,
    block_id  uuid not null references wallet_blocks,
    amount    bigint not null check (amount > 0),
    reason    text not null check (length(reason) between 1 and 500),
    lifted_by text not null,
    lifted_at timestamptz not null
);
create index wallet_block_lifts_block_idx on wallet_block_lifts (block_id, lifted_at);

grant select, insert on wallet_blocks, wallet_block_lifts to clube_tenant;
grant update (lifted, reason) on wallet_blocks to clube_tenant;
grant update (reason) on wallet_block_lifts to clube_tenant;
