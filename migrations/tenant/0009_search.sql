-- Members are found however their names are written: without case, without accents, by any part of three letters or more
-- through an index. All of it is plain PostgreSQL, because a tenant's role may install no extension.

-- `José` and `JOSE` are both `jose`.
create function plain_text(written text) returns text
    language sql immutable strict parallel safe
    return lower(regexp_replace(normalize(written, NFD), '[\u0300-\u036f]', '', 'g'));

-- Every three characters in a row that stand in a text: what contains a word contains all of the word's.
create function trigrams(plain text) returns text[]
    language sql immutable strict parallel safe
    return array(select distinct substr(plain, place, 3) from generate_series(1, length(plain) - 2) place);

alter table users add column search text not null generated always as (
    plain_text(first_name || ' ' || last_name || ' ' || email || ' ' || coalesce(phone, '') || ' ' || coalesce(cpf, '')
               || ' ' || coalesce(cnpj, '') || ' ' || referral_id)) stored;
create index users_search_idx on users using gin (trigrams(search));
create index users_created_at_idx on users (created_at);
