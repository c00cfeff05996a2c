-- Uploaded files, products and their images; and what makes a cycle of referrals impossible.

-- What is known of an uploaded file. Its bytes lie in the installation's file store under the same id. They are written
-- before the row and removed after it, so a crash leaves bytes without a row, which a job sweeps, and never the opposite.
create table files (
    id         uuid primary key,
    kind       text not null check (kind in ('product_image', 'user_document')),
    media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
    size       bigint not null check (size > 0),
    width      integer check (width > 0),
    height     integer check (height > 0),
    -- The key that encrypts the bytes, sealed; absent when they are plain.
    sealed_key text,
    created_at timestamptz not null,
    check ((width is null) = (height is null))
);

create table products (
    id               uuid primary key,
    merchant_id      uuid not null references users,
    name             text not null check (char_length(name) between 1 and 120),
    description      text not null check (char_length(description) <= 5000),
    -- In centavos.
    price            bigint not null check (price > 0),
    cashback_percent numeric(7, 4) not null check (cashback_percent between 0 and 100),
    -- Name and description as they are searched: lower case, without accents.
    searchable       text not null,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    archived_at      timestamptz
);
create index products_merchant_idx on products (merchant_id, id);
create index products_on_offer_idx on products (id) where archived_at is null;

create table product_images (
    file_id    uuid primary key references files,
    product_id uuid not null references products,
    position   smallint not null check (position >= 0),
    constraint product_images_position_key unique (product_id, position) deferrable initially deferred
);

grant select, insert, update on products to clube_tenant;
grant select, insert, update (sealed_key), delete on files to clube_tenant;
grant select, insert, update (position), delete on product_images to clube_tenant;

-- Who referred somebody was there before them, and stays who it was: so no chain of referrals ever comes back to where it
-- began. The foreign key alone would let one statement add two users who refer to each other.
create function keep_referrals_in_order() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        raise exception 'who referred a user does not change' using errcode = '23514', constraint = 'users_referral_fixed';
    end if;
    if not exists (select from users where id = new.referred_by) then
        raise exception 'a referrer is a user before' using errcode = '23503', constraint = 'users_referred_by_fkey';
    end if;
    return new;
end $$;

create trigger users_referrer_came_before before insert on users for each row
    when (new.referred_by is not null) execute function keep_referrals_in_order();
create trigger users_referrer_stays before update of referred_by on users for each row
    when (old.referred_by is distinct from new.referred_by) execute function keep_referrals_in_order();
