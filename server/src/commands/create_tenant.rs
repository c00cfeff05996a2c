//! `clube create-tenant`.

use super::outcome::Outcome;
use clap::Args;
use kernel::{Email, Error, Result, Slug};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tenancy::{
    PlatformCtx,
    provisioning::{self, CreatedTenant, NewTenant, NewTenantFields},
};
use time::format_description::well_known::Rfc3339;

/// What whoever was interrupted at the last moment has to know: the password that was drawn is stored as a hash only.
const AFTERWARDS: &str = "After an interruption run it again with the same slug: it finishes what was begun. Told slug_taken, the club was \
    whole already; a password that was drawn and not seen is replaced with `clube reset-admin-password --tenant <slug> --email <e-mail>`.";

/// Options of `create-tenant`.
#[derive(Debug, Args)]
#[command(after_help = AFTERWARDS)]
pub struct CreateTenant {
    /// Name in addresses: 3 to 40 lower-case letters, digits and hyphens; never changed
    #[arg(long)]
    slug: String,
    /// The company behind the club
    #[arg(long)]
    name: String,
    /// Where the platform writes to; also the sign-in of the first administrator
    #[arg(long)]
    email: String,
    /// The company's CNPJ or its owner's CPF
    #[arg(long)]
    document: String,
    /// Telephone, with area code
    #[arg(long)]
    phone: String,
    /// BASIC, PRO or ENTERPRISE
    #[arg(long)]
    plan: String,
    /// Password of the first administrator; drawn and printed when absent
    #[arg(long, value_name = "PASSWORD")]
    admin_password: Option<SecretString>,
}

pub(super) async fn run(ctx: &PlatformCtx, arguments: CreateTenant) -> Result<Outcome> {
    let new = NewTenant::parse(NewTenantFields {
        slug: arguments.slug,
        name: arguments.name,
        email: arguments.email,
        document: arguments.document,
        phone: arguments.phone,
        plan: arguments.plan,
        admin_password: arguments.admin_password,
    })?;
    let (slug, email) = (new.slug.clone(), new.email.clone());
    let created = provisioning::create(ctx, new)
        .await
        .map_err(|error| taken(error, &slug, &email))?;
    outcome(&created)
}

/// Says what helps whoever made this very club and never saw the password.
fn taken(mut error: Error, slug: &Slug, email: &Email) -> Error {
    if error.code == "slug_taken" {
        error.message = format!(
            "{} If it is yours and its password was never shown: clube reset-admin-password --tenant {slug} --email {email}",
            error.message
        )
        .into();
    }
    error
}

fn outcome(created: &CreatedTenant) -> Result<Outcome> {
    let trial_ends_at = created
        .trial_ends_at
        .map(|end| end.format(&Rfc3339))
        .transpose()
        .map_err(Error::internal)?;
    let password = created.admin_password.expose_secret();
    let (status, plan) = (json!(created.status), json!(created.plan));
    let lines = [
        ("Slug", created.slug.as_str()),
        ("Company", &created.company_name),
        ("Subdomain", &created.subdomain),
        ("Status", status.as_str().unwrap_or_default()),
        ("Plan", plan.as_str().unwrap_or_default()),
        ("Trial ends", trial_ends_at.as_deref().unwrap_or("-")),
        ("Admin e-mail", created.admin_email.as_str()),
        ("Admin password", password),
        ("Database", &created.database_name),
        ("Database user", &created.database_user),
    ];
    Ok(Outcome {
        text: lines
            .map(|(name, value)| format!("{name:<15} {value}"))
            .join("\n"),
        json: json!({
            "slug": created.slug,
            "companyName": created.company_name,
            "subdomain": created.subdomain,
            "status": status,
            "plan": plan,
            "trialEndsAt": trial_ends_at,
            "admin": { "email": created.admin_email, "password": password },
            "database": { "name": created.database_name, "user": created.database_user },
        }),
        failed: false,
    })
}
