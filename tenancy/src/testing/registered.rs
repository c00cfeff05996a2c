//! Tenants that are only registered: enough for everything that never gets as far as their database.

use super::Installation;
use crate::{
    branding::Branding,
    modules::Module,
    secrets::{Place, random},
    tenants::DatabaseAddress,
};
use kernel::{Result, Slug, TenantId};
use secrecy::ExposeSecret;
use sqlx::PgConnection;
use time::OffsetDateTime;

impl Installation {
    /// Registers a tenant of exactly this slug, on trial, with the settings that every tenant begins with, whose database
    /// is said to be there.
    ///
    /// # Panics
    /// When it cannot be registered, for example because the slug is taken or not one.
    pub async fn register(&self, slug: &str, database: &DatabaseAddress) -> TenantId {
        self.try_register(slug, database)
            .await
            .expect("the tenant can be registered")
    }

    /// [`register`](Self::register) with a database that is nowhere.
    ///
    /// # Panics
    /// When it cannot be registered.
    pub async fn register_without_database(&self, slug: &str) -> TenantId {
        let nowhere = DatabaseAddress {
            host: "127.0.0.1".to_owned(),
            port: 1,
            name: format!("nowhere {slug}"),
            user: format!("nobody {slug}"),
            password: "nothing".into(),
        };
        self.register(slug, &nowhere).await
    }

    async fn try_register(&self, slug: &str, database: &DatabaseAddress) -> Result<TenantId> {
        let (clock, keyring) = (&self.platform.clock, &self.platform.keyring);
        let (id, now) = (TenantId(clock.new_id()), clock.now());
        let slug = Slug::parse(slug).expect("a slug");
        let place = |column| Place {
            tenant: Some(id),
            column,
            row: id.0,
        };
        let mut tx = self.master.pool.begin().await?;
        let password = database.password.expose_secret().as_bytes();
        let password = keyring
            .seal_in(&mut tx, place("tenants.database_password"), password)
            .await?;
        let token_key = keyring
            .seal_in(&mut tx, place("tenants.token_key"), &random::<32>())
            .await?;
        sqlx::query!(
            "with server as (
                 insert into database_servers (id, name, host, port, provisioning_user, provisioning_password, created_at)
                 values ($1, $1::uuid::text, $2, $3, 'nobody', 'nothing', $4)
                 on conflict (host, port) do update set is_open = true
                 returning id)
             insert into tenants (id, slug, company_name, document, email, phone, subscription_plan, trial_ends_at,
                                  server_id, database_name, database_user, database_password, token_key, provisioning,
                                  created_at, updated_at)
             select $1, $5, $5 || ' Ltda', '11222333000181', $5 || '@example.com', '+5511987654321', 'BASIC', $6,
                    server.id, $7, $8, $9, $10, 'active', $4, $4
             from server",
            id as _,
            database.host,
            i32::from(database.port),
            now,
            slug.as_str(),
            now + time::Duration::days(30),
            database.name,
            database.user,
            password,
            token_key,
        )
        .execute(&mut *tx)
        .await?;
        settle(&mut tx, id, &slug, now).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// The settings that every tenant begins with.
async fn settle(
    conn: &mut PgConnection,
    id: TenantId,
    slug: &Slug,
    now: OffsetDateTime,
) -> Result<()> {
    let brand = Branding::initial(slug.as_str(), slug);
    sqlx::query!(
            "insert into tenant_branding (tenant_id, app_name, primary_color, secondary_color, accent_color, updated_at)
             values ($1, $2, $3, $4, $5, $6)",
            id as _,
            brand.app_name,
            brand.primary_color as _,
            brand.secondary_color as _,
            brand.accent_color as _,
            now,
        )
        .execute(&mut *conn)
        .await?;
    for (module, place) in Module::INITIAL.into_iter().zip(0_i16..) {
        sqlx::query!(
                "insert into tenant_modules (tenant_id, module_key, is_enabled, is_enabled_by_default, display_name,
                                             sort_order, set_by, set_at)
                 values ($1, $2, true, true, $3, $4, 'command', $5)",
                id as _,
                module as _,
                module.initial_name(),
                place,
                now,
            )
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query!(
            "with withdrawal as (insert into tenant_withdrawal_configs (tenant_id, updated_at) values ($1, $2))
             insert into tenant_cashback_configs (tenant_id, updated_at) values ($1, $2)",
            id as _,
            now
        )
        .execute(&mut *conn)
        .await?;
    Ok(())
}
