//! The club's money settings: which institution holds it, and what may come in and go out.
//!
//! Everybody may look; who manages the club's settings changes them. One more limit is a [`Line`] of its form and a
//! parameter of its server function.

pub(crate) mod limits;
mod provider;
pub(crate) mod server_fns;
mod words;

pub(crate) use provider::ProviderPage;

use self::{limits::Limits, words::words};
use crate::{
    form::{self, Form},
    frame::frame,
    ui::{Address, Alert, Badge, Card, Fact, Facts, LinkButton, PageHead, Submit, Tone, loaded},
    when,
    words::fill,
};
use club::{
    cashback::MoneySettings,
    deposits::DepositLimits,
    kyc::KycLimits,
    pix::{ProviderName, ProviderSettings},
};
use kernel::Cpf;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tenancy::{administrators::Permission, tenants::WithdrawalConfig};

const HERE: &str = "/admin/pix";

/// The forms of these pages.
mod of_pix {
    pub(super) const PROVIDER: &str = "pix-provider";
    pub(super) const WEBHOOK: &str = "pix-webhook";
    pub(super) const DEPOSITS: &str = "pix-deposits";
    pub(super) const WITHDRAWALS: &str = "pix-withdrawals";
    pub(super) const LEVELS: &str = "pix-levels";
    pub(super) const CASHBACK: &str = "pix-cashback";
}

/// All that holds now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PixView {
    pub(crate) provider: ProviderSettings,
    pub(crate) deposits: DepositLimits,
    pub(crate) withdrawals: WithdrawalConfig,
    pub(crate) levels: KycLimits,
    pub(crate) cashback: MoneySettings,
}

/// An institution as people call it.
fn name_of(provider: ProviderName) -> &'static str {
    match provider {
        ProviderName::Sandbox => words().sandbox,
        ProviderName::Bcb => words().bcb,
        ProviderName::Efi => "Efí",
    }
}

/// A key as somebody writes it so that it can be nothing else: eleven digits are a CPF or a telephone.
fn written(key: &str) -> String {
    Cpf::parse(key).map_or_else(|_| key.to_owned(), |cpf| cpf.formatted())
}

/// The page.
#[component]
pub(crate) fn PixPage() -> impl IntoView {
    let settings = Resource::new(|| (), |()| server_fns::read_pix());
    loaded(settings, |view| view! { <Loaded view/> })
}

#[component]
fn Loaded(view: PixView) -> impl IntoView {
    let t = words();
    view! {
        <PageHead title=t.title note=t.note/>
        <div class="grid grid-cols-1 gap-6 xl:grid-cols-2">
            <Provider settings=view.provider.clone()/>
            <Limits view/>
        </div>
    }
}

/// Who holds the money, without anything secret.
#[component]
fn Provider(settings: ProviderSettings) -> impl IntoView {
    let t = words();
    let may_change = frame().allows(Permission::ManageSettings);
    let is_played = settings.provider == ProviderName::Sandbox;
    let told = settings
        .webhook_registered_at
        .map(|at| when::minute(frame().locale, at));
    let is_untold = !is_played && told.is_none();
    let text = |name: &str| settings.account.get(name).cloned();
    let addresses = [
        (t.base_url, text("baseUrl")),
        (t.client_id, text("clientId")),
    ];
    let key = text("key").map(|key| written(&key));
    let name = text("name")
        .zip(text("city"))
        .map(|(name, city)| format!("{name}, {city}"));
    view! {
        <Card title=t.provider text=t.provider_text>
            <div class="grid gap-4">
                {settings.is_missing.then(|| view! { <Alert tone=Tone::Warning>{t.missing}</Alert> })}
                {(is_played && !settings.is_missing).then(|| view! { <Alert tone=Tone::Info>{t.sandbox_text}</Alert> })}
                {is_untold.then(|| view! { <Alert tone=Tone::Warning>{t.untold}</Alert> })}
                <Facts>
                    <Fact label=t.provider>{name_of(settings.provider)}</Fact>
                    {addresses.into_iter().filter_map(|(label, text)| Some((label, text?))).map(|(label, text)| view! {
                        <Fact label=label><Address text/></Fact>
                    }).collect_view()}
                    {settings.has_credentials.then(|| view! { <Fact label=t.secrets><Badge tone=Tone::Success text=t.kept/></Fact> })}
                    {key.map(|key| view! { <Fact label=t.key><Address text=key/></Fact> })}
                    {name.map(|name| view! { <Fact label=t.name_city>{name}</Fact> })}
                    {told.map(|told| view! { <Fact label=t.told>{told}</Fact> })}
                </Facts>
                {may_change.then(|| view! {
                    <div class="flex flex-wrap gap-3">
                        <LinkButton href=format!("{HERE}/provider") main=false>{t.change}</LinkButton>
                        {(!is_played).then(|| view! { <Tell/> })}
                    </div>
                })}
            </div>
        </Card>
    }
}

/// Has the institution call the club, once more.
#[component]
fn Tell() -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::RegisterWebhook>();
    let help = fill(t.tell_help, &[("club", frame().site_name())]);
    view! {
        <Form action name=of_pix::WEBHOOK class="grid gap-2">
            <div><Submit main=false>{t.tell}</Submit></div>
            <p class="text-sm text-muted">{help}</p>
        </Form>
    }
}

#[cfg(test)]
mod tests {
    use super::written;
    use club::pix::PixKey;

    #[test]
    fn a_key_that_is_shown_is_read_as_the_same() {
        for key in [
            "11144477735",
            "+5511912345678",
            "11222333000181",
            "ajuda@example.com",
            "0198c0de-0000-4000-8000-000000000000",
        ] {
            let read = PixKey::guess(&written(key));
            assert_eq!(read.as_ref().map(PixKey::as_str), Ok(key));
        }
    }
}
