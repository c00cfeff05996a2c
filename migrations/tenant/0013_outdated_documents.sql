-- A document that was approved for a tax number which is no longer the account's.
alter table user_documents
    drop constraint user_documents_status_check,
    add constraint user_documents_status_check check (status in ('pending', 'approved', 'refused', 'outdated'));
