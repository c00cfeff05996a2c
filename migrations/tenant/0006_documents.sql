-- Legal texts and who accepted which; and the documents by which users show who they are.

-- A version of a legal text. A kind has at most one draft, which can change; what is published never does. The newest
-- published version of a kind is the one in force.
create table documents (
    id           uuid primary key,
    kind         text not null check (kind in ('terms', 'privacy', 'cashback_rules', 'fees')),
    -- Counts a kind's published versions, from 1.
    version      integer check (version > 0),
    -- Language → title and text (Markdown). Portuguese is always there.
    texts        jsonb not null check (texts ? 'pt-BR'),
    drafted_at   timestamptz not null,
    drafted_by   text not null,
    published_at timestamptz,
    published_by text,
    constraint documents_version_key unique (kind, version),
    check ((version is null) = (published_at is null) and (version is null) = (published_by is null))
);
create unique index documents_draft_key on documents (kind) where version is null;

create trigger documents_append_only before update or delete on documents
    for each row when (old.version is not null) execute function deny_change();
create trigger documents_no_truncate before truncate on documents for each statement execute function deny_change();

-- It is proof, so it stays when the user leaves; nothing in it but the address says who that was.
create table document_acceptances (
    user_id     uuid not null references users,
    document_id uuid not null references documents,
    accepted_at timestamptz not null,
    ip          text,
    primary key (user_id, document_id)
);
create index document_acceptances_document_idx on document_acceptances (document_id);

create trigger document_acceptances_append_only before update or delete on document_acceptances
    for each row execute function deny_change();
create trigger document_acceptances_no_truncate before truncate on document_acceptances
    for each statement execute function deny_change();

create table user_documents (
    id           uuid primary key,
    user_id      uuid not null references users,
    kind         text not null check (
        kind in ('identity_front', 'identity_back', 'selfie', 'proof_of_address', 'company_registration')),
    file_id      uuid not null constraint user_documents_file_key unique references files,
    status       text not null default 'pending' check (status in ('pending', 'approved', 'refused')),
    submitted_at timestamptz not null,
    reviewed_at  timestamptz,
    reviewed_by  text,
    -- Why it was refused; the user reads it.
    reason       text check (reason <> ''),
    check ((status = 'pending') = (reviewed_at is null) and (status = 'pending') = (reviewed_by is null)),
    check ((status = 'refused') = (reason is not null))
);
create index user_documents_user_idx on user_documents (user_id, id);
-- One waits for review at most, for each thing that it shows.
create unique index user_documents_pending_key on user_documents (user_id, kind) where status = 'pending';
create index user_documents_queue_idx on user_documents (id) where status = 'pending';

grant select, insert, update, delete on documents to clube_tenant;
grant select, insert on document_acceptances to clube_tenant;
grant select, insert, update (status, reviewed_at, reviewed_by, reason), delete on user_documents to clube_tenant;
