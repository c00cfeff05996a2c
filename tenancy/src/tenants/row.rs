//! A tenant out of the registry, in one statement: everything that a request needs to know of it.

use super::{
    DatabaseAddress, LiveTenant, Provisioning, SubscriptionPlan, SubscriptionStatus, Tenant,
    TenantName, TenantStatus, WithdrawalConfig,
};
use crate::{
    branding::Branding,
    modules::TenantModule,
    secrets::{Keyring, Place, WrappedKey},
};
use kernel::{
    CashbackSplit, Colour, Document, Email, Error, Money, Percent, Phone, Result, Slug, TenantId,
};
use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;

/// A row of the statement below. What hangs on a tenant by an outer join is absent while the tenant is being made.
struct Row {
    id: TenantId,
    slug: Slug,
    company_name: String,
    document: Document,
    email: Email,
    phone: Phone,
    status: TenantStatus,
    subscription_plan: SubscriptionPlan,
    subscription_status: SubscriptionStatus,
    monthly_fee: Money,
    trial_ends_at: Option<OffsetDateTime>,
    time_zone: String,
    provisioning: Provisioning,
    schema_version: Option<i64>,
    created_at: OffsetDateTime,
    host: String,
    port: i32,
    database_name: String,
    database_user: String,
    database_password: String,
    token_key: String,
    app_name: Option<String>,
    tagline: Option<String>,
    primary_color: Option<Colour>,
    secondary_color: Option<Colour>,
    accent_color: Option<Colour>,
    logo_light_url: Option<String>,
    logo_dark_url: Option<String>,
    icon_url: Option<String>,
    favicon_url: Option<String>,
    support_email: Option<String>,
    support_phone: Option<String>,
    support_whatsapp: Option<String>,
    app_store_url: Option<String>,
    play_store_url: Option<String>,
    minimum_app_version: Option<String>,
    modules: Json<Vec<TenantModule>>,
    data_keys: Json<Vec<WrappedKey>>,
    consumer_percent: Option<Percent>,
    club_percent: Option<Percent>,
    consumer_referrer_percent: Option<Percent>,
    merchant_referrer_percent: Option<Percent>,
    fee_percent: Option<Percent>,
    min_amount: Option<Money>,
    daily_limit: Option<Money>,
    automatic_approval_limit: Option<Money>,
}

/// The one statement, with its `where` and `order by`.
macro_rules! tenants {
    ($which:tt $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"select t.id, t.slug, t.company_name, t.document, t.email, t.phone, t.status, t.subscription_plan,
                      t.subscription_status, t.monthly_fee, t.trial_ends_at, t.time_zone, t.provisioning,
                      t.schema_version, t.created_at,
                      s.host, s.port, t.database_name, t.database_user, t.database_password, t.token_key,
                      b.app_name as "app_name?", b.tagline as "tagline?", b.primary_color as "primary_color?",
                      b.secondary_color as "secondary_color?", b.accent_color as "accent_color?", b.logo_light_url,
                      b.logo_dark_url, b.icon_url, b.favicon_url, b.support_email, b.support_phone,
                      b.support_whatsapp, b.app_store_url, b.play_store_url,
                      b.minimum_app_version as "minimum_app_version?",
                      coalesce(
                          (select jsonb_agg(jsonb_build_object(
                                      'moduleKey', m.module_key, 'isEnabled', m.is_enabled,
                                      'isEnabledByDefault', m.is_enabled_by_default, 'displayName', m.display_name,
                                      'sortOrder', m.sort_order, 'setBy', m.set_by, 'setAt', m.set_at,
                                      'reason', m.reason) order by m.sort_order, m.module_key)
                           from tenant_modules m where m.tenant_id = t.id),
                          '[]') as "modules!: Json<Vec<TenantModule>>",
                      coalesce(
                          (select jsonb_agg(jsonb_build_object(
                                      'id', k.id, 'wrapped', k.wrapped, 'master_key_id', k.master_key_id)
                                      order by k.created_at, k.id)
                           from data_keys k where k.tenant_id = t.id),
                          '[]') as "data_keys!: Json<Vec<WrappedKey>>",
                      c.consumer_percent as "consumer_percent?", c.club_percent as "club_percent?",
                      c.consumer_referrer_percent as "consumer_referrer_percent?",
                      c.merchant_referrer_percent as "merchant_referrer_percent?",
                      w.fee_percent as "fee_percent?", w.min_amount as "min_amount?", w.daily_limit,
                      w.automatic_approval_limit as "automatic_approval_limit?"
               from tenants t
               join database_servers s on s.id = t.server_id
               left join tenant_branding b on b.tenant_id = t.id
               left join tenant_cashback_configs c on c.tenant_id = t.id
               left join tenant_withdrawal_configs w on w.tenant_id = t.id "# + $which
            $(, $argument)*
        )
    };
}

/// All tenants, by slug.
pub(super) async fn all(conn: &mut PgConnection) -> Result<Vec<Tenant>> {
    let rows = tenants!("order by t.slug").fetch_all(conn).await?;
    Ok(rows.into_iter().map(Tenant::from).collect())
}

/// The tenant of a slug, whatever its status.
pub(super) async fn of_slug(conn: &mut PgConnection, slug: &str) -> Result<Option<Tenant>> {
    let row = tenants!("where t.slug = $1", slug)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(Tenant::from))
}

/// The tenant that a request names, with its secrets still sealed; `None` when the name names nobody, or somebody who
/// is still being made.
pub(crate) async fn sealed(
    conn: &mut PgConnection,
    name: &TenantName,
) -> Result<Option<SealedTenant>, sqlx::Error> {
    let (slug, domain) = match name {
        TenantName::Slug(slug) | TenantName::Subdomain(slug) => (Some(slug), None),
        TenantName::CustomDomain(domain) => (None, Some(domain)),
    };
    let row = tenants!(
        "where t.provisioning = 'active'
           and t.id = coalesce(
               (select id from tenants where slug = $1),
               (select tenant_id from tenant_domains where domain = $2 and verified_at is not null))",
        slug,
        domain
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| SealedTenant(Box::new(row))))
}

/// A tenant as it was read, before its secrets are opened, with the data keys that open them.
pub(crate) struct SealedTenant(Box<Row>);

impl SealedTenant {
    /// Opens the secrets.
    pub(crate) async fn unseal(self, keyring: &Keyring) -> Result<LiveTenant> {
        let row = self.0;
        keyring.learn(row.id, &row.data_keys.0);
        let place = |column| Place {
            tenant: Some(row.id),
            column,
            row: row.id.0,
        };
        let password = keyring
            .unseal_text(place("tenants.database_password"), &row.database_password)
            .await?;
        let token_key = keyring
            .unseal(place("tenants.token_key"), &row.token_key)
            .await?;
        let database = DatabaseAddress {
            host: row.host.clone(),
            port: u16::try_from(row.port).map_err(Error::internal)?,
            name: row.database_name.clone(),
            user: row.database_user.clone(),
            password,
        };
        Ok(LiveTenant {
            tenant: Tenant::from(*row),
            database,
            token_key,
        })
    }
}

impl From<Row> for Tenant {
    fn from(row: Row) -> Self {
        Self {
            branding: row.branding(),
            cashback: row.cashback(),
            withdrawal: row.withdrawal(),
            id: row.id,
            slug: row.slug,
            company_name: row.company_name,
            document: row.document,
            email: row.email,
            phone: row.phone,
            status: row.status,
            subscription_plan: row.subscription_plan,
            subscription_status: row.subscription_status,
            monthly_fee: row.monthly_fee,
            trial_ends_at: row.trial_ends_at,
            time_zone: row.time_zone,
            modules: row.modules.0,
            database_host: row.host,
            database_name: row.database_name,
            database_user: row.database_user,
            provisioning: row.provisioning,
            schema_version: row.schema_version,
            created_at: row.created_at,
        }
    }
}

impl Row {
    fn branding(&self) -> Branding {
        let initial = Branding::initial(&self.company_name, &self.slug);
        Branding {
            app_name: self.app_name.clone().unwrap_or(initial.app_name),
            tagline: self.tagline.clone().unwrap_or(initial.tagline),
            primary_color: self.primary_color.unwrap_or(initial.primary_color),
            secondary_color: self.secondary_color.unwrap_or(initial.secondary_color),
            accent_color: self.accent_color.unwrap_or(initial.accent_color),
            logo_light_url: self.logo_light_url.clone(),
            logo_dark_url: self.logo_dark_url.clone(),
            icon_url: self.icon_url.clone(),
            favicon_url: self.favicon_url.clone(),
            support_email: self.support_email.clone(),
            support_phone: self.support_phone.clone(),
            support_whatsapp: self.support_whatsapp.clone(),
            app_store_url: self.app_store_url.clone(),
            play_store_url: self.play_store_url.clone(),
            minimum_app_version: self
                .minimum_app_version
                .clone()
                .unwrap_or(initial.minimum_app_version),
        }
    }

    fn cashback(&self) -> CashbackSplit {
        let initial = CashbackSplit::default();
        CashbackSplit {
            consumer_percent: self.consumer_percent.unwrap_or(initial.consumer_percent),
            club_percent: self.club_percent.unwrap_or(initial.club_percent),
            consumer_referrer_percent: self
                .consumer_referrer_percent
                .unwrap_or(initial.consumer_referrer_percent),
            merchant_referrer_percent: self
                .merchant_referrer_percent
                .unwrap_or(initial.merchant_referrer_percent),
        }
    }

    fn withdrawal(&self) -> WithdrawalConfig {
        let initial = WithdrawalConfig::default();
        WithdrawalConfig {
            fee_percent: self.fee_percent.unwrap_or(initial.fee_percent),
            min_amount: self.min_amount.unwrap_or(initial.min_amount),
            daily_limit: self.daily_limit,
            automatic_approval_limit: self
                .automatic_approval_limit
                .unwrap_or(initial.automatic_approval_limit),
        }
    }
}
