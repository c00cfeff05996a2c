-- What was sold stays known, and what was told may be forgotten.

-- A product that stands on a purchase is archived and never deleted: the line of the purchase keeps the name of that day,
-- and the product behind it. (A line cannot lose its product: what was decided at the sale never changes.)
alter table purchase_items add constraint purchase_items_product_id_fkey
    foreign key (product_id) references products on delete restrict;
create index purchase_items_product_idx on purchase_items (product_id) where product_id is not null;

-- Delivered events are purged; the notifications that came of them stay. An event's number is never given twice, so
-- `notifications_event_key` goes on keeping anybody from being told the same thing twice.
alter table notifications drop constraint notifications_event_id_fkey;
