-- What a club tells many members at once. Nothing sends yet: segments, schedule and deliveries are tables of their own
-- when channels beside the app's list come.
create table campaigns (
    id         uuid primary key,
    title      text not null check (title <> ''),
    body       text not null,
    status     text not null check (status in ('draft', 'sent')),
    created_at timestamptz not null
);
grant select, insert, update, delete on campaigns to clube_tenant;
