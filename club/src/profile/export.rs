//! A copy of all we hold about a person, for that person (LGPD, article 18).
//!
//! One more feature that keeps something about a user adds a field here.

use super::{UserPixKey, owned_key};
use crate::{
    Ctx,
    cashback::{self, CashbackConfig},
    deposits::{self, Deposit},
    ledger::{StatementFilter, StatementRequest},
    legal_documents::{self, Acceptance},
    modules,
    modules::ModuleAccess,
    notifications::{self, Device, Notification},
    products::{self, Product, ProductFilter},
    purchases::{self, Purchase, PurchaseFilter},
    suspense::{self, ClaimedPix},
    user_documents::{self, UserDocument},
    users::{self, User},
    wallet::{self, StatementLine, WalletAccount},
    withdrawals::{self, Withdrawal},
};
use kernel::{Error, PageRequest, Result, UserId};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// All we hold about a user, secrets aside.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    /// When the copy was made.
    #[serde(with = "time::serde::rfc3339")]
    pub exported_at: OffsetDateTime,
    /// The club that holds it.
    pub club: String,
    /// The account.
    pub user: User,
    /// Where they are paid to.
    pub pix_key: Option<UserPixKey>,
    /// What they took out.
    pub withdrawals: Vec<Withdrawal>,
    /// What they may use, and why.
    pub modules: Vec<ModuleAccess>,
    /// Their sign-ins.
    pub sessions: Vec<Session>,
    /// Whom they brought into the club.
    pub referrals: Vec<Referral>,
    /// What they put into the wallet by Pix, or meant to.
    pub deposits: Vec<Deposit>,
    /// Money that came in by Pix without a charge and was found to be theirs.
    pub claimed_pix: Vec<ClaimedPix>,
    /// What they sent to show who they are; the files are read at `/api/user-documents`.
    pub user_documents: Vec<UserDocument>,
    /// The legal texts that they accepted.
    pub acceptances: Vec<Acceptance>,
    /// What they offer or offered, as a merchant.
    pub products: Vec<Product>,
    /// By which percentages their purchases, or sales, are split, and who said so.
    pub cashback_config: CashbackConfig,
    /// What they bought and sold.
    pub purchases: Vec<Purchase>,
    /// Each movement of what they can spend or withdraw.
    pub statement: Vec<StatementLine>,
    /// Each movement of cashback that waits, or waited, for its day.
    pub pending_statement: Vec<StatementLine>,
    /// Each movement of what is, or was, held back by order.
    pub blocked_statement: Vec<StatementLine>,
    /// Each movement of what they owe, or owed, the club.
    pub debt_statement: Vec<StatementLine>,
    /// What the club told them.
    pub notifications: Vec<Notification>,
    /// Where the club may push to.
    pub devices: Vec<Device>,
    /// What they did and what was done to them.
    pub history: Vec<Deed>,
}

/// One refresh token of a sign-in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_field_names,
    reason = "time stamps are named alike everywhere"
)]
pub struct Session {
    /// When it was given out.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Until when it was good.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// When it was exchanged.
    #[serde(with = "time::serde::rfc3339::option")]
    pub used_at: Option<OffsetDateTime>,
    /// When it was ended before its time.
    #[serde(with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<OffsetDateTime>,
}

/// Somebody they brought; no more than when, because the rest is that person's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ExportedReferral)]
pub struct Referral {
    /// When that person registered.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// A row of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deed {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// `subject.verb`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// From which address, when it was they who did it.
    pub ip: Option<String>,
    /// What it became.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

/// A copy of all we hold about the acting user.
pub async fn export(ctx: &Ctx) -> Result<Export> {
    let id = ctx.user_id()?;
    let modules = modules::mine(ctx, PageRequest::default()).await?.data;
    let mut products = products(ctx, id, false).await?;
    products.append(&mut self::products(ctx, id, true).await?);
    let purchases = purchases(ctx).await?;
    let cashback_config = cashback::mine(ctx).await?;
    let statement = statement(ctx, WalletAccount::Available).await?;
    let pending_statement = self::statement(ctx, WalletAccount::Pending).await?;
    let blocked_statement = self::statement(ctx, WalletAccount::Blocked).await?;
    let debt_statement = self::statement(ctx, WalletAccount::Debt).await?;
    let mut conn = ctx.conn().await?;
    Ok(Export {
        exported_at: ctx.now(),
        club: ctx.tenant.branding.app_name.clone(),
        user: users::read(&mut conn, id)
            .await?
            .ok_or_else(Error::unauthenticated)?,
        pix_key: owned_key(&mut conn, id).await?.map(|key| key.face()),
        withdrawals: withdrawals::of_user(&mut conn, id).await?,
        modules,
        sessions: sessions(&mut conn, id).await?,
        referrals: referrals(&mut conn, id).await?,
        deposits: deposits::of_user(&mut conn, id).await?,
        claimed_pix: suspense::of_user(&mut conn, id).await?,
        user_documents: user_documents::all(&mut conn, id).await?,
        acceptances: legal_documents::acceptances(&mut conn, id).await?,
        products,
        cashback_config,
        purchases,
        statement,
        pending_statement,
        blocked_statement,
        debt_statement,
        notifications: notifications::all(&mut conn, id).await?,
        devices: notifications::devices(&mut conn, id).await?,
        history: history(&mut conn, id).await?,
    })
}

async fn products(ctx: &Ctx, merchant: UserId, is_archived: bool) -> Result<Vec<Product>> {
    let (mut rows, mut request) = (Vec::new(), page_after(None));
    loop {
        let filter = ProductFilter {
            merchant_id: Some(merchant),
            is_archived,
            ..ProductFilter::default()
        };
        let mut page = products::list(ctx, filter, request).await?;
        rows.append(&mut page.data);
        if page.next_cursor.is_none() {
            return Ok(rows);
        }
        request = page_after(page.next_cursor);
    }
}

async fn purchases(ctx: &Ctx) -> Result<Vec<Purchase>> {
    let (mut rows, mut request) = (Vec::new(), page_after(None));
    loop {
        let mut page = purchases::list(ctx, PurchaseFilter::default(), request).await?;
        rows.append(&mut page.data);
        if page.next_cursor.is_none() {
            return Ok(rows);
        }
        request = page_after(page.next_cursor);
    }
}

const fn page_after(cursor: Option<Uuid>) -> PageRequest {
    PageRequest {
        limit: Some(PageRequest::MAX_LIMIT),
        cursor,
    }
}

async fn statement(ctx: &Ctx, account: WalletAccount) -> Result<Vec<StatementLine>> {
    let (mut entries, mut cursor) = (Vec::new(), None);
    loop {
        let page = StatementRequest {
            limit: Some(PageRequest::MAX_LIMIT),
            cursor,
        };
        let filter = StatementFilter::default();
        let mut page = wallet::statement(ctx, account, &filter, page).await?;
        entries.append(&mut page.data);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(entries);
        }
    }
}

async fn sessions(conn: &mut PgConnection, id: UserId) -> Result<Vec<Session>> {
    let sessions = sqlx::query_as!(
        Session,
        "select created_at, expires_at, used_at, revoked_at from refresh_tokens where user_id = $1
         order by created_at desc",
        id as UserId,
    )
    .fetch_all(conn)
    .await?;
    Ok(sessions)
}

async fn referrals(conn: &mut PgConnection, id: UserId) -> Result<Vec<Referral>> {
    let referrals = sqlx::query_as!(
        Referral,
        "select created_at from users where referred_by = $1 order by created_at desc",
        id as UserId,
    )
    .fetch_all(conn)
    .await?;
    Ok(referrals)
}

async fn history(conn: &mut PgConnection, id: UserId) -> Result<Vec<Deed>> {
    let own = format!("user:{id}");
    let history = sqlx::query_as!(
        Deed,
        r#"select at, action, subject, case when actor = $1 then ip end as ip, after from audit_log
           where actor = $1 or subject = $1 or starts_with(subject, $1 || '/') order by at desc, id desc"#,
        own,
    )
    .fetch_all(conn)
    .await?;
    Ok(history)
}
