//! Changing a module for the whole club.

use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{form, visit};
#[cfg(feature = "ssr")]
use kernel::Error;
#[cfg(feature = "ssr")]
use tenancy::modules::{self, Module};

/// Switches a module and its default for members.
#[server(endpoint = "admin/modules/change")]
pub(crate) async fn change_module(
    module: String,
    state: String,
    default: String,
    reason: String,
) -> Result<(), Refusal> {
    let ctx = visit::tenant()?;
    let key = Module::of_key(&module).ok_or_else(|| Error::not_found("module"));
    let key = form::settle("module", &[], key)?;
    let platform = ctx.platform.ctx(ctx.actor.clone(), ctx.origin.clone());
    let changed = modules::set_module(
        &platform,
        ctx.tenant.slug.as_str(),
        key,
        state == "on",
        default == "on",
        Some(&reason),
    )
    .await;
    form::settle(super::form_of(key), &[("reason", &reason)], changed)?;
    form::done("module", "module_changed", None);
    Ok(())
}
