//! `clube create-super-admin`.

use super::outcome::Outcome;
use clap::Args;
use kernel::{Email, Error, Result};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tenancy::{PlatformCtx, administrators};

/// Options of `create-super-admin`.
#[derive(Debug, Args)]
pub struct CreateSuperAdmin {
    /// Signs in with it
    #[arg(long)]
    email: String,
    /// Drawn and printed when absent
    #[arg(long)]
    password: Option<SecretString>,
}

/// Says who has the address already, in a sentence and without the database's own.
fn taken(error: Error, email: &Email) -> Error {
    if error
        .fields
        .get("email")
        .is_none_or(|reason| reason != "taken")
    {
        return error;
    }
    Error::conflict(
        "email_taken",
        format!(
            "{email} is a super admin already. To give them a new password, sign in as another one."
        ),
    )
}

pub(super) async fn run(ctx: &PlatformCtx, arguments: CreateSuperAdmin) -> Result<Outcome> {
    let email = Email::parse(&arguments.email).map_err(|reason| Error::invalid("email", reason))?;
    let created = administrators::create_super_admin(ctx, email.clone(), arguments.password)
        .await
        .map_err(|error| taken(error, &email))?;
    let password = created.password.expose_secret();
    Ok(Outcome {
        text: format!(
            "Address         {}\nE-mail          {}\nPassword        {password}",
            ctx.platform.public.url(None),
            created.email
        ),
        json: json!({ "email": created.email, "password": password }),
        failed: false,
    })
}
