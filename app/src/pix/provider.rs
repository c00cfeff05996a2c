//! Choosing the institution. What is secret is typed each time and never shown: what is kept cannot be sent elsewhere.

use super::{HERE, name_of, of_pix, server_fns, words::words, written};
use crate::{
    form::{self, Form},
    frame::frame,
    ui::{Card, Crumb, Field, LinkButton, PageHead, Problem, Select, Submit, TextArea, loaded},
};
use club::pix::{ProviderName, ProviderSettings};
use kernel::Error;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;
use tenancy::administrators::Permission;

/// What was typed; named as the operation names its fields.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct NewProvider {
    pub(crate) provider: String,
    pub(crate) base_url: String,
    pub(crate) token_url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) identity: String,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) city: String,
    pub(crate) scope: String,
    pub(crate) authorities: String,
    pub(crate) webhook_token: String,
    pub(crate) proxy_checks_webhook: String,
}

/// Says nothing of what is secret.
impl fmt::Debug for NewProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewProvider")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// The page.
#[component]
pub(crate) fn ProviderPage() -> impl IntoView {
    if !frame().allows(Permission::ManageSettings) {
        return view! { <Problem refusal=Error::forbidden().into() is_page=true/> }.into_any();
    }
    let settings = Resource::new(|| (), |()| server_fns::read_provider());
    loaded(settings, |settings| view! { <Choose settings/> }).into_any()
}

#[component]
fn Choose(settings: ProviderSettings) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::ChooseProvider>();
    let above = Crumb {
        href: HERE,
        label: t.title,
    };
    let providers = [ProviderName::Sandbox, ProviderName::Efi, ProviderName::Bcb];
    let options = providers.map(|one| (one.as_str(), name_of(one).to_owned()));
    view! {
        <PageHead title=t.change note=t.change_note above/>
        <div class="max-w-3xl">
            <Form action name=of_pix::PROVIDER class="group grid gap-6">
                <Card title=t.who text=t.who_text>
                    <Select name="new[provider]" label=t.provider options=options.to_vec() value=settings.provider.as_str() help=t.provider_help/>
                </Card>
                <div class="grid gap-6 group-has-[option[value=sandbox]:checked]:hidden"><Account settings/></div>
                <div class="flex flex-wrap gap-3">
                    <Submit>{t.choose}</Submit>
                    <LinkButton href=HERE main=false>{t.cancel}</LinkButton>
                </div>
            </Form>
        </div>
    }
}

/// The account at an institution. A sandbox has none: where a browser can tell, these fields are not shown for it.
#[component]
fn Account(settings: ProviderSettings) -> impl IntoView {
    let t = words();
    let ProviderSettings {
        account,
        has_credentials,
        ..
    } = settings;
    let account = StoredValue::new(account);
    let of = move |name: &str| {
        let value = account.with_value(|account| account.get(name).cloned());
        value.unwrap_or_default()
    };
    let secret_help = if has_credentials {
        t.again_help
    } else {
        t.secret_help
    };
    let checks = vec![
        ("", t.by_secret.to_owned()),
        ("true", t.by_proxy.to_owned()),
    ];
    view! {
        <Card title=t.account text=t.account_text>
            <div class="grid items-start gap-5 sm:grid-cols-2">
                <div class="col-span-full"><Field name="new[baseUrl]" label=t.base_url help=t.base_url_help value=of("baseUrl") kind="url" autocomplete="off"/></div>
                <div class="col-span-full"><Field name="new[tokenUrl]" label=t.token_url value=of("tokenUrl") kind="url" autocomplete="off"/></div>
                <Field name="new[clientId]" label=t.client_id value=of("clientId") autocomplete="off"/>
                <Field name="new[clientSecret]" label=t.client_secret help=secret_help kind="password" autocomplete="new-password"/>
                <div class="col-span-full"><TextArea name="new[identity]" label=t.identity help=t.identity_help rows=4 required=false/></div>
            </div>
        </Card>
        <Card title=t.club text=t.club_text>
            <div class="grid items-start gap-5 sm:grid-cols-2">
                <div class="col-span-full"><Field name="new[key]" label=t.key help=t.key_help value=written(&of("key")) autocomplete="off"/></div>
                <Field name="new[name]" label=t.name value=of("name") autocomplete="off"/>
                <Field name="new[city]" label=t.city value=of("city") autocomplete="off"/>
            </div>
        </Card>
        <Card title=t.seldom text=t.seldom_text>
            <div class="grid items-start gap-5 sm:grid-cols-2">
                <Select name="new[proxyChecksWebhook]" label=t.who_calls options=checks value=of("proxyChecksWebhook")/>
                <Field name="new[webhookToken]" label=t.webhook_token help=t.webhook_token_help kind="password" required=false autocomplete="new-password"/>
                <div class="col-span-full"><Field name="new[scope]" label=t.scope help=t.scope_help value=of("scope") required=false autocomplete="off"/></div>
                <div class="col-span-full"><TextArea name="new[authorities]" label=t.authorities help=t.authorities_help value=of("authorities") rows=3 required=false/></div>
            </div>
        </Card>
    }
}
