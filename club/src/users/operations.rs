//! Registering and reading users.

use super::{
    NewUser, User, UserFilter, UserStatus, UserType,
    keys::{self, StoredKeys},
    new_user::CheckedUser,
    normalise_referral_id,
};
use crate::{Ctx, audit, outbox};
use kernel::{Cnpj, Cpf, Email, Error, Page, PageRequest, Phone, Result, UserId};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::{administrators::Permission, modules::Module, secrets};

/// Selects users the one way they are read; the tail is the rest of the statement.
macro_rules! select_users {
    ($tail:tt $(, $argument:expr)*) => {
        sqlx::query_as!(
            User,
            r#"select u.id, u.first_name, u.last_name, u.email, u.phone, u.cpf, u.cnpj, u.user_type, u.status,
                      u.kyc_level, u.public_key, u.referral_id, referrer.referral_id as "referred_by?", u.locale,
                      u.created_at
               from users u left join users referrer on referrer.id = u.referred_by "# + $tail
            $(, $argument)*
        )
    };
}

/// Registers a user of this tenant: checks every field, makes the key pair and the referral code, and tells the outbox.
///
/// Errors: `validation_failed` with each refused field; `taken` for an e-mail, phone or tax number of somebody else, and
/// `unknown` for a `referredBy` that is nobody's code. Without the module `referrals` that field is not looked at.
pub async fn register(ctx: &Ctx, new: NewUser) -> Result<User> {
    let registration = prepare(ctx, new).await?;
    let mut tx = ctx.begin().await?;
    let user = insert(&mut tx, ctx, registration).await?;
    tx.commit().await?;
    Ok(user)
}

/// Somebody whose fields keep the rules, ready to be written: the slow work is done before the transaction.
pub(crate) struct Registration {
    id: UserId,
    user: CheckedUser,
    password_hash: String,
    keys: StoredKeys,
}

/// The part of [`register`] before its transaction.
pub(crate) async fn prepare(ctx: &Ctx, new: NewUser) -> Result<Registration> {
    let id = UserId(ctx.new_id());
    let user = new.check()?;
    Ok(Registration {
        id,
        password_hash: ctx.platform.passwords.hash(user.password.clone()).await?,
        keys: keys::generate(&ctx.platform.keyring, ctx.tenant.id, id).await?,
        user,
    })
}

/// The part of [`register`] inside its transaction.
pub(crate) async fn insert(conn: &mut PgConnection, ctx: &Ctx, new: Registration) -> Result<User> {
    let Registration {
        id,
        user,
        password_hash,
        keys,
    } = new;
    let referred_by = referrer(conn, ctx, user.referred_by.as_deref()).await?;
    // A code that is taken inserts nothing; eight characters of 32 make a second round as good as impossible.
    loop {
        let inserted = sqlx::query!(
            "insert into users (id, first_name, last_name, email, phone, cpf, cnpj, password_hash, user_type,
                                public_key, private_key, referral_id, referred_by, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
             on conflict on constraint users_referral_id_key do nothing",
            id as UserId,
            user.first_name,
            user.last_name,
            &user.email as &Email,
            user.phone.as_ref() as Option<&Phone>,
            user.cpf.as_ref() as Option<&Cpf>,
            user.cnpj.as_ref() as Option<&Cnpj>,
            password_hash,
            user.user_type as UserType,
            keys.public,
            keys.private,
            new_referral_id(),
            referred_by as Option<UserId>,
            ctx.now(),
        )
        .execute(&mut *conn)
        .await
        .map_err(taken)?;
        if inserted.rows_affected() == 1 {
            break;
        }
    }
    let event = json!({ "userId": id, "userType": user.user_type, "referredBy": referred_by });
    outbox::enqueue(&mut *conn, ctx, "user_registered", event).await?;
    let record = audit::Record {
        action: "user.register",
        subject: format!("user:{id}"),
        after: Some(json!({ "userType": user.user_type })),
        ..audit::Record::default()
    };
    audit::record(&mut *conn, ctx, record).await?;
    read(conn, id)
        .await?
        .ok_or_else(|| Error::not_found("user"))
}

/// The acting user.
pub async fn me(ctx: &Ctx) -> Result<User> {
    let id = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    read(&mut conn, id)
        .await?
        .ok_or_else(Error::unauthenticated)
}

/// One user, for the club's administrators.
pub async fn by_id(ctx: &Ctx, id: UserId) -> Result<User> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    read(&mut conn, id)
        .await?
        .ok_or_else(|| Error::not_found("user"))
}

/// The users that match, newest first, for the club's administrators.
pub async fn list(ctx: &Ctx, filter: UserFilter, page: PageRequest) -> Result<Page<User>> {
    ctx.require(Permission::ViewMembers)?;
    let limit = page.limit()?;
    let search = searched(&filter);
    let mut conn = ctx.conn().await?;
    let rows = select_users!(
        "where ($1::uuid is null or u.id < $1)
           and ($2::text is null or u.user_type = $2)
           and (case when $3::text is null then u.status <> 'deleted' else u.status = $3 end)
           and ($4::timestamptz is null or u.created_at >= $4)
           and trigrams(u.search) @> trigrams(plain_text($5)) and strpos(u.search, plain_text($5)) > 0
         order by u.id desc limit $6",
        page.cursor,
        filter.user_type as Option<UserType>,
        filter.status as Option<UserStatus>,
        filter.joined_since,
        search,
        i64::from(limit) + 1
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(Page::cut(rows, limit, |user| user.id.0))
}

/// How many users match, for the club's administrators.
pub async fn count(ctx: &Ctx, filter: UserFilter) -> Result<i64> {
    ctx.require(Permission::ViewMembers)?;
    let search = searched(&filter);
    let mut conn = ctx.conn().await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from users u
           where ($1::text is null or u.user_type = $1)
             and (case when $2::text is null then u.status <> 'deleted' else u.status = $2 end)
             and ($3::timestamptz is null or u.created_at >= $3)
             and trigrams(u.search) @> trigrams(plain_text($4)) and strpos(u.search, plain_text($4)) > 0"#,
        filter.user_type as Option<UserType>,
        filter.status as Option<UserStatus>,
        filter.joined_since,
        search,
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(count)
}

/// One user, whoever asks: for operations that have checked who does.
pub(crate) async fn read(conn: &mut PgConnection, id: UserId) -> Result<Option<User>> {
    Ok(select_users!("where u.id = $1", id as UserId)
        .fetch_optional(conn)
        .await?)
}

/// A violated uniqueness, by the field that a person knows.
pub(crate) fn taken(error: sqlx::Error) -> Error {
    let field = match error
        .as_database_error()
        .and_then(|violation| violation.constraint())
    {
        Some("users_email_key") => "email",
        Some("users_phone_key") => "phone",
        Some("users_cpf_key") => "cpf",
        Some("users_cnpj_key") => "cnpj",
        _ => return error.into(),
    };
    Error::invalid(field, "taken").because(error)
}

/// Makes whoever else wants to change this user, or what is counted for them, wait until the transaction ends.
///
/// # Errors
/// 401 for somebody who has left.
pub(crate) async fn lock(conn: &mut PgConnection, user: UserId) -> Result<()> {
    if is_locked(conn, user).await? {
        Ok(())
    } else {
        Err(Error::unauthenticated())
    }
}

/// The same for whoever is not the user; `false` when nobody is there, or has left.
pub(super) async fn is_locked(conn: &mut PgConnection, user: UserId) -> Result<bool> {
    let locked = sqlx::query!(
        "select id from users where id = $1 and status <> 'deleted' for no key update",
        user as UserId
    )
    .fetch_optional(conn)
    .await?;
    Ok(locked.is_some())
}

/// Makes whoever is about to leave wait until the transaction ends.
///
/// # Errors
/// 404, also for somebody who has left.
pub(crate) async fn require_here(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "select from users where id = $1 and status <> 'deleted' for key share",
        user as UserId
    )
    .fetch_optional(conn)
    .await?
    .map(drop)
    .ok_or_else(|| Error::not_found("user"))
}

/// What to look for; everybody has the empty text. A telephone, CPF or CNPJ as people write it is looked for by its
/// digits, as it is kept. Case and accents are the database's to level, on both sides alike.
fn searched(filter: &UserFilter) -> String {
    let text = filter.search.as_deref().unwrap_or_default().trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_number = text
        .chars()
        .all(|sign| sign.is_ascii_digit() || " +-./()".contains(sign));
    if is_number && !digits.is_empty() {
        digits
    } else {
        text.to_owned()
    }
}

async fn referrer(
    conn: &mut PgConnection,
    ctx: &Ctx,
    code: Option<&str>,
) -> Result<Option<UserId>> {
    let (Some(code), true) = (code, has_referrals(ctx)) else {
        return Ok(None);
    };
    let id = sqlx::query_scalar!(
        "select id from users where referral_id = $1 and status = 'active'",
        normalise_referral_id(code),
    )
    .fetch_optional(conn)
    .await?;
    id.map(Some)
        .ok_or_else(|| Error::invalid("referredBy", "unknown"))
}

fn has_referrals(ctx: &Ctx) -> bool {
    ctx.tenant
        .module(Module::Referrals)
        .is_some_and(|setting| setting.is_enabled)
}

/// Eight characters out of 32 that are not mistaken for one another.
fn new_referral_id() -> String {
    const ALPHABET: [char; 32] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H',
        'J', 'K', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
    ];
    secrets::random::<8>()
        .map(|byte| ALPHABET[usize::from(byte % 32)])
        .iter()
        .collect()
}
