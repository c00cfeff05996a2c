//! `clube seed-demo`, and `clube serve --demo`: a super admin and two clubs with members, to look around in. Run again it
//! finds what is there and fills in what is missing; the passwords are in this program for everybody to read, so it
//! refuses everywhere but in development.

mod clubs;
mod members;

use super::outcome::Outcome;
use crate::settings::Settings;
use clubs::{CLUBS, Club};
use kernel::{Email, Error, Kind, Result};
use serde_json::json;
use std::fmt::Write;
use tenancy::{
    PlatformCtx,
    administrators::{self, NewAdministrator, Role},
    platform::{Environment, PublicAddress},
    provisioning,
    tenants::{self, Provisioning, SubscriptionStatus, Tenant, TenantPatch, TenantStatus},
};
use time::Duration;

/// Of everybody in the demo.
const PASSWORD: &str = "clube-demo";
const SUPER_ADMIN: &str = "admin@clube.example";
/// A demo that is looked at again after weeks must not greet with "Trial expired".
const TRIAL: Duration = Duration::days(30);

/// Makes the demo if it is not there, and says how to get in.
pub async fn seed_demo(ctx: &PlatformCtx, settings: &Settings) -> Result<Outcome> {
    seed(ctx).await?;
    Ok(Outcome {
        text: text(&settings.public()),
        json: object(&settings.public()),
        failed: false,
    })
}

async fn seed(ctx: &PlatformCtx) -> Result<()> {
    if ctx.platform.environment != Environment::Development {
        return Err(Error::new(
            Kind::Forbidden,
            "demo_in_production",
            "CLUBE_ENV (--env) is production, as it is when nothing is said: the demo's passwords are known to everybody, \
             so it is only filled in where it is development.",
        ));
    }
    super_admin(ctx).await?;
    for club in &CLUBS {
        let tenant = tenant(ctx, club).await?;
        viewer(ctx, club, &tenant).await?;
        members::fill(ctx, club, &tenant).await?;
    }
    Ok(())
}

async fn super_admin(ctx: &PlatformCtx) -> Result<()> {
    let made = administrators::create_super_admin(ctx, email(SUPER_ADMIN)?, Some(PASSWORD.into()));
    match made.await {
        Err(error) if error.fields.contains_key("email") => Ok(()),
        outcome => outcome.map(drop),
    }
}

/// Somebody who may look and nothing else, to see a console from that side.
async fn viewer(ctx: &PlatformCtx, club: &Club, tenant: &Tenant) -> Result<()> {
    let new = NewAdministrator {
        realm: Some(tenant.id),
        email: email(club.viewer)?,
        name: "Vera Leitura".to_owned(),
        role: Role::Viewer,
        password: PASSWORD.into(),
    };
    match administrators::add(ctx, new).await {
        Err(error) if error.fields.contains_key("email") => Ok(()),
        outcome => outcome.map(drop),
    }
}

async fn tenant(ctx: &PlatformCtx, club: &Club) -> Result<Tenant> {
    let found = tenants::by_slug(ctx, club.slug).await?;
    let tenant =
        if let Some(tenant) = found.filter(|tenant| tenant.provisioning == Provisioning::Active) {
            tenant
        } else {
            provisioning::create(ctx, club.new_tenant(PASSWORD)?).await?;
            tracing::info!(tenant = club.slug, "demo club made");
            tenants::by_slug(ctx, club.slug)
                .await?
                .ok_or_else(|| Error::not_found("tenant"))?
        };
    let patch = if club.is_subscriber {
        TenantPatch {
            status: Some(TenantStatus::Active),
            subscription_status: Some(SubscriptionStatus::Active),
            ..TenantPatch::default()
        }
    } else {
        TenantPatch {
            trial_ends_at: Some(ctx.now() + TRIAL),
            ..TenantPatch::default()
        }
    };
    let wants_it = match tenant.status {
        TenantStatus::Trial if club.is_subscriber => true,
        TenantStatus::Trial => tenant
            .trial_ends_at
            .is_some_and(|end| end < ctx.now() + TRIAL / 2),
        _ => false,
    };
    if wants_it {
        return tenants::change(ctx, club.slug, patch).await;
    }
    Ok(tenant)
}

fn email(text: &str) -> Result<Email> {
    Email::parse(text).map_err(Error::internal)
}

fn text(public: &PublicAddress) -> String {
    let mut text = format!(
        "\nFor demonstration only; the password of everybody is {PASSWORD}\n\n\
         Platform        {}/super\n  super admin   {SUPER_ADMIN}\n",
        public.url(None)
    );
    for club in &CLUBS {
        let address = public.url(Some(club.slug));
        write!(
            text,
            "\n{:<15} {address}\n  console       {address}/admin\n  tenant admin  {}\n  viewer        {}\n  consumer      {}\n  merchant      {}\n",
            club.app_name,
            club.email,
            club.viewer,
            members::CONSUMER,
            members::MERCHANT,
        )
        .expect("a string takes everything");
    }
    text
}

fn object(public: &PublicAddress) -> serde_json::Value {
    let person = |email: &str| json!({ "email": email, "password": PASSWORD });
    let clubs: Vec<_> = CLUBS
        .iter()
        .map(|club| {
            json!({
                "slug": club.slug,
                "url": public.url(Some(club.slug)),
                "admin": person(club.email),
                "viewer": person(club.viewer),
                "consumer": person(members::CONSUMER),
                "merchant": person(members::MERCHANT),
            })
        })
        .collect();
    json!({ "url": public.url(None), "superAdmin": person(SUPER_ADMIN), "tenants": clubs })
}
