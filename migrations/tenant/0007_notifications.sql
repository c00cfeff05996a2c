-- What a club tells its users, made by the relay from the outbox; and the devices it can be pushed to.

-- The language that the club writes to them in.
alter table users add column locale text not null default 'pt-BR' check (locale in ('pt-BR', 'en'));

create table notifications (
    id         uuid primary key,
    user_id    uuid not null references users on delete cascade,
    -- What happened; whoever delivers it over another channel begins here.
    event_id   bigint not null references outbox,
    kind       text not null check (kind ~ '^[a-z_]+$'),
    -- The purchase, deposit, withdrawal or document that it is about.
    subject_id uuid,
    title      text not null check (title <> ''),
    body       text not null,
    created_at timestamptz not null,
    read_at    timestamptz,
    -- The second wall behind the relay's own transaction: nobody is told the same thing twice.
    constraint notifications_event_key unique (event_id, user_id, kind)
);
create index notifications_user_idx on notifications (user_id, id desc);
create index notifications_unread_idx on notifications (user_id, id desc) where read_at is null;

create table devices (
    id            uuid primary key,
    user_id       uuid not null references users on delete cascade,
    platform      text not null check (platform in ('ios', 'android', 'web')),
    -- One app on one phone: whoever signs in there last is who is pushed to.
    push_token    text not null constraint devices_push_token_key unique check (length(push_token) between 1 and 4096),
    registered_at timestamptz not null
);
create index devices_user_idx on devices (user_id);

grant select, insert, delete on notifications to clube_tenant;
grant update (read_at) on notifications to clube_tenant;
grant select, insert, update, delete on devices to clube_tenant;
