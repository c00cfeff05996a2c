//! Who a purchase is about, with everything that decides about their cashback, in one query.

use super::{CashbackRule, ReferrerRule, SoughtConsumer};
use crate::{
    Ctx,
    cashback::CashbackOverride,
    users::{UserStatus, UserType, normalise_referral_id},
};
use kernel::{CashbackSplit, Cpf, Email, Error, Percent, Phone, Result, UserId};
use sqlx::PgConnection;
use tenancy::modules::Module;

/// The consumer or the merchant of a purchase.
#[derive(Debug)]
pub(super) struct PartyRow {
    pub(super) id: UserId,
    pub(super) user_type: UserType,
    /// What a merchant gives back on a sale without products.
    pub(super) merchant_percent: Option<Percent>,
    referrer_id: Option<UserId>,
    referrer_status: Option<UserStatus>,
    consumer_percent: Option<Percent>,
    club_percent: Option<Percent>,
    consumer_referrer_percent: Option<Percent>,
    merchant_referrer_percent: Option<Percent>,
    set_by: Option<String>,
    set_at: Option<time::OffsetDateTime>,
    reason: Option<String>,
    cashback_enabled: Option<bool>,
    referrals_enabled: Option<bool>,
}

/// Both of them.
pub(super) struct Parties {
    pub(super) consumer: PartyRow,
    pub(super) merchant: PartyRow,
}

impl PartyRow {
    /// The user's own percentages.
    pub(super) fn cashback_override(&self) -> Option<CashbackOverride> {
        Some(CashbackOverride {
            percentages: CashbackSplit {
                consumer_percent: self.consumer_percent?,
                club_percent: self.club_percent?,
                consumer_referrer_percent: self.consumer_referrer_percent?,
                merchant_referrer_percent: self.merchant_referrer_percent?,
            },
            set_by: self.set_by.clone()?,
            set_at: self.set_at?,
            reason: self.reason.clone()?,
        })
    }

    /// Who had brought this person, and whether that counts.
    pub(super) fn referrer(&self, ctx: &Ctx) -> (Option<UserId>, ReferrerRule) {
        let rule = match self.referrer_status {
            _ if !club_has(ctx, Module::Referrals) => ReferrerRule::ReferralsOff,
            None => ReferrerRule::NoReferrer,
            Some(UserStatus::Deleted) => ReferrerRule::ReferrerLeft,
            Some(_) if !user_has(ctx, Module::Referrals, self.referrals_enabled) => {
                ReferrerRule::ReferralsOff
            }
            Some(_) => ReferrerRule::Referrer,
        };
        (self.referrer_id, rule)
    }
}

impl Parties {
    /// Whether there is cashback between these two.
    pub(super) fn cashback_rule(&self, ctx: &Ctx) -> CashbackRule {
        let user_has = |own| user_has(ctx, Module::Cashback, own);
        if !club_has(ctx, Module::Cashback) {
            CashbackRule::OffForClub
        } else if !user_has(self.consumer.cashback_enabled) {
            CashbackRule::OffForConsumer
        } else if !user_has(self.merchant.cashback_enabled) {
            CashbackRule::OffForMerchant
        } else {
            CashbackRule::ModuleOn
        }
    }
}

/// Whether the club has the module on.
fn club_has(ctx: &Ctx, module: Module) -> bool {
    ctx.tenant.module(module).is_some_and(|it| it.is_enabled)
}

/// Whether a user of a club that has the module on has it too, by their own setting if there is one.
fn user_has(ctx: &Ctx, module: Module, own: Option<bool>) -> bool {
    let default = || {
        ctx.tenant
            .module(module)
            .is_some_and(|it| it.is_enabled_by_default)
    };
    own.unwrap_or_else(default)
}

/// The active consumer and the active merchant of these ids.
///
/// Their rows and those of their referrers are locked against deletion, in the mode that the purchase's foreign keys take
/// anyway: nobody leaves the club between being found here and being paid.
///
/// # Errors
/// `consumer` or `merchantId` `unknown`.
pub(super) async fn parties(
    conn: &mut PgConnection,
    consumer: UserId,
    merchant: UserId,
) -> Result<Parties> {
    let rows = sqlx::query_as!(
        PartyRow,
        r#"with referrer as materialized (
               select id, status from users
               where id in (select referred_by from users where id = any ($1))
               for key share
           )
           select u.id, u.user_type, m.cashback_percent as "merchant_percent?: Percent",
                  r.id as "referrer_id?", r.status as "referrer_status?",
                  c.consumer_percent as "consumer_percent?: Percent", c.club_percent as "club_percent?: Percent",
                  c.consumer_referrer_percent as "consumer_referrer_percent?: Percent",
                  c.merchant_referrer_percent as "merchant_referrer_percent?: Percent",
                  c.set_by as "set_by?", c.set_at as "set_at?", c.reason as "reason?",
                  cashback.is_enabled as "cashback_enabled?", referrals.is_enabled as "referrals_enabled?"
           from users u
           left join referrer r on r.id = u.referred_by
           left join user_cashback_configs c on c.user_id = u.id
           left join merchant_settings m on m.user_id = u.id
           left join user_modules cashback on cashback.user_id = u.id and cashback.module_key = 'cashback'
           left join user_modules referrals on referrals.user_id = r.id and referrals.module_key = 'referrals'
           where u.id = any ($1) and u.status = 'active'
           for key share of u"#,
        &[consumer.0, merchant.0],
    )
    .fetch_all(conn)
    .await?;
    let (mut found_consumer, mut found_merchant) = (None, None);
    for row in rows {
        match row.user_type {
            UserType::Consumer if row.id == consumer => found_consumer = Some(row),
            UserType::Merchant if row.id == merchant => found_merchant = Some(row),
            _ => {}
        }
    }
    Ok(Parties {
        consumer: found_consumer.ok_or_else(unknown_consumer)?,
        merchant: found_merchant.ok_or_else(|| Error::invalid("merchantId", "unknown"))?,
    })
}

/// How a merchant names a consumer; one of the four is given.
struct Sought {
    cpf: Option<Cpf>,
    phone: Option<Phone>,
    email: Option<Email>,
    code: Option<String>,
}

impl Sought {
    fn parse(sought: &SoughtConsumer) -> Result<Self> {
        let refused =
            |field: &'static str| move |reason: &'static str| Error::invalid(field, reason);
        let cpf = sought.cpf.as_deref().map(Cpf::parse).transpose();
        let phone = sought.phone.as_deref().map(Phone::parse).transpose();
        let email = sought.email.as_deref().map(Email::parse).transpose();
        Ok(Self {
            cpf: cpf.map_err(refused("consumer.cpf"))?,
            phone: phone.map_err(refused("consumer.phone"))?,
            email: email.map_err(refused("consumer.email"))?,
            code: sought.referral_id.as_deref().map(normalise_referral_id),
        })
    }
}

/// The consumer whom a merchant names.
///
/// # Errors
/// `consumer: unknown`, also for somebody who is no active consumer; `consumer.cpf`, `.phone`, `.email` not valid.
pub(super) async fn find_consumer(
    conn: &mut PgConnection,
    sought: &SoughtConsumer,
) -> Result<UserId> {
    let sought = Sought::parse(sought)?;
    find(conn, &sought).await?.ok_or_else(unknown_consumer)
}

fn unknown_consumer() -> Error {
    Error::invalid("consumer", "unknown")
}

async fn find(conn: &mut PgConnection, sought: &Sought) -> Result<Option<UserId>> {
    // Each of the four is unique and has its index.
    let found = sqlx::query_scalar!(
        "select id from users
         where (cpf = $1 or phone = $2 or lower(email) = lower($3) or referral_id = $4)
           and status = 'active' and user_type = 'consumer'",
        sought.cpf.as_ref() as Option<&Cpf>,
        sought.phone.as_ref() as Option<&Phone>,
        sought.email.as_ref() as Option<&Email>,
        sought.code,
    )
    .fetch_optional(conn)
    .await?;
    Ok(found)
}

/// Whether a merchant who names this consumer names somebody to whom they sold before. Where nobody is found by it any
/// more, it may have been: they were blocked or left the club, or have another phone or e-mail by now. A CPF or a code
/// stays the same as long as its owner is here.
///
/// # Errors
/// Those of [`find_consumer`], when nobody is found and it was not them either.
pub(super) async fn is_or_was(
    conn: &mut PgConnection,
    sought: &SoughtConsumer,
    before: UserId,
) -> Result<bool> {
    let sought = Sought::parse(sought)?;
    if let Some(found) = find(conn, &sought).await? {
        return Ok(found == before);
    }
    let row = sqlx::query!(
        r#"select exists (select from users
                          where id <> $1
                            and (cpf = $2 or phone = $3 or lower(email) = lower($4) or referral_id = $5)) as "is_another!",
                  coalesce(cpf = $2, false) or coalesce(referral_id = $5, false) or $2 is null and $5 is null
                      or status = 'deleted' as "may_be!"
           from users where id = $1"#,
        before as UserId,
        sought.cpf.as_ref() as Option<&Cpf>,
        sought.phone.as_ref() as Option<&Phone>,
        sought.email.as_ref() as Option<&Email>,
        sought.code,
    )
    .fetch_one(conn)
    .await?;
    if row.is_another || !row.may_be {
        return Err(unknown_consumer());
    }
    Ok(true)
}
