//! `clube reset-admin-password`.

use super::outcome::Outcome;
use clap::Args;
use kernel::{Email, Error, Result};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tenancy::{PlatformCtx, administrators, passwords, tenants};

/// Options of `reset-admin-password`.
#[derive(Debug, Args)]
pub struct ResetAdminPassword {
    /// Slug of the tenant
    #[arg(long, value_name = "SLUG")]
    tenant: String,
    /// The administrator
    #[arg(long)]
    email: String,
    /// Drawn and printed when absent
    #[arg(long)]
    password: Option<SecretString>,
}

pub(super) async fn run(ctx: &PlatformCtx, arguments: ResetAdminPassword) -> Result<Outcome> {
    let email = Email::parse(&arguments.email).map_err(|reason| Error::invalid("email", reason))?;
    let tenant = tenants::by_slug(ctx, &arguments.tenant)
        .await?
        .ok_or_else(|| Error::not_found("tenant"))?;
    let password = arguments.password.unwrap_or_else(passwords::generate);
    administrators::reset_password(ctx, Some(tenant.id), &email, password.clone()).await?;
    let password = password.expose_secret();
    Ok(Outcome {
        text: format!(
            "Tenant          {}\nE-mail          {email}\nPassword        {password}",
            tenant.slug
        ),
        json: json!({ "tenant": tenant.slug, "email": email, "password": password }),
        failed: false,
    })
}
