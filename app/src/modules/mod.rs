//! A club's modules: what each does, how it stands, who set it and why.

pub(crate) mod server_fns;
mod words;

use self::words::words;
use crate::{
    form::{self, Form, left_for},
    frame::frame,
    ui::{Badge, Field, PageHead, Select, Submit, Tone},
    when,
    words::{fill, small},
};
use leptos::prelude::*;
use tenancy::{
    administrators::Permission,
    modules::{Module, TenantModule},
};

/// The form's name of each module.
pub(crate) const fn form_of(module: Module) -> &'static str {
    match module {
        Module::Marketplace => "module-marketplace",
        Module::Referrals => "module-referrals",
        Module::Cashback => "module-cashback",
        Module::Campaigns => "module-campaigns",
    }
}

/// All modules of the club.
#[component]
pub(crate) fn ModulesPage() -> impl IntoView {
    let t = words();
    let modules = frame()
        .club()
        .map(|club| club.details.modules.clone())
        .unwrap_or_default();
    view! {
        <PageHead title=t.title note=t.note/>
        <ul class="grid gap-4">
            {modules.into_iter().map(|module| view! { <li><One module/></li> }).collect_view()}
        </ul>
    }
}

#[component]
fn One(module: TenantModule) -> impl IntoView {
    let t = words();
    let frame = frame();
    let what = match module.module_key {
        Module::Marketplace => t.marketplace,
        Module::Referrals => t.referrals,
        Module::Cashback => t.cashback,
        Module::Campaigns => t.campaigns,
    };
    let state = |is_on: bool| {
        if is_on {
            (Tone::Success, t.on)
        } else {
            (Tone::Plain, t.off)
        }
    };
    let (tone, word) = state(module.is_enabled);
    let who = module.set_by.strip_prefix("admin:").map_or_else(
        || t.platform.to_owned(),
        |admin| fill(t.by, &[("who", admin)]),
    );
    let set = fill(
        t.set,
        &[
            ("who", &who),
            ("when", &when::minute(frame.locale, module.set_at)),
        ],
    );
    let default = format!(
        "{}: {}",
        t.default,
        small(state(module.is_enabled_by_default).1)
    );
    let may_change = frame.allows(Permission::ManageSettings);
    view! {
        <section class="surface p-5">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <h2 class="text-base font-semibold">{module.display_name.clone()}</h2>
                <Badge tone=tone text=word/>
                {module.is_enabled.then(|| view! { <span class="text-sm text-muted">{default}</span> })}
            </div>
            <p class="mt-1 max-w-prose">{what}</p>
            <p class="mt-2 text-sm text-muted">{set}{module.reason.clone().map(|reason| format!(" · {reason}"))}</p>
            {may_change.then(|| view! { <Change module/> })}
        </section>
    }
}

#[component]
fn Change(module: TenantModule) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::ChangeModule>();
    let name = form_of(module.module_key);
    let key = |is_on: bool| if is_on { "on" } else { "off" };
    let options = || vec![("on", t.on.to_owned()), ("off", t.off.to_owned())];
    let was_refused = left_for(name).is_some_and(|flash| !flash.is_done);
    view! {
        <details class="mt-4" open=was_refused>
            <summary class="btn btn-sm">{t.change}</summary>
            <div class="mt-4 max-w-2xl">
                <Form action name class="grid gap-4 sm:grid-cols-2">
                    <input type="hidden" name="module" value=module.module_key.key()/>
                    <Select name="state" label=t.state options=options() value=key(module.is_enabled)/>
                    <Select name="default" label=t.default options=options() value=key(module.is_enabled_by_default)/>
                    <div class="sm:col-span-2"><Field name="reason" label=t.reason help=t.reason_help required=false autocomplete="off"/></div>
                    <div><Submit>{t.save}</Submit></div>
                </Form>
            </div>
        </details>
    }
}
