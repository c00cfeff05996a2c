//! One payment: what is known of it, and the two things that may be done with it. The owner is looked for among the
//! members and seen once more before the money is theirs; giving back is confirmed by writing the amount.

use super::{HERE, left, of_decision, server_fns, status_badge, words::words};
use crate::{
    form::{self, Form},
    frame::frame,
    link::with_query,
    ui::{
        Address, Alert, Card, Crumb, Fact, Facts, Field, Icon, IconName, LinkButton, PageHead,
        Submit, Tone, loaded,
    },
    when,
    words::fill,
};
use club::{
    suspense::{ReceivedStatus, UnmatchedPix},
    users::User,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};
use tenancy::administrators::Permission;

/// Which payment, and how far the search for its owner has come, from the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Search {
    #[serde(default)]
    pub(crate) id: String,
    /// What is searched among the members.
    #[serde(default)]
    pub(crate) q: String,
    /// Who was chosen.
    #[serde(default)]
    pub(crate) member: String,
}

/// A payment and who may be its owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct UnmatchedView {
    pub(crate) pix: UnmatchedPix,
    /// Whose it turned out to be, or who was chosen.
    pub(crate) member: Option<User>,
    /// Members that the search found.
    pub(crate) found: Vec<User>,
    /// What was searched.
    pub(crate) q: String,
}

/// The page.
#[component]
pub(crate) fn UnmatchedPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let search = Memo::new(move |_| {
        query.with(|query| Search {
            id: params.with(|params| params.get("id").unwrap_or_default()),
            q: query.get("q").unwrap_or_default(),
            member: query.get("member").unwrap_or_default(),
        })
    });
    let pix = Resource::new(move || search.get(), server_fns::read_unmatched);
    loaded(pix, |view| view! { <Loaded view/> })
}

#[component]
fn Loaded(view: UnmatchedView) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let UnmatchedView {
        pix,
        member,
        found,
        q,
    } = view;
    let above = Crumb {
        href: HERE,
        label: t.title,
    };
    let title = fill(t.pix_of, &[("amount", &pix.amount.format(locale))]);
    let is_open = pix.status == ReceivedStatus::Suspense && !pix.is_returning;
    let may_decide = is_open && frame().allows(Permission::ManageMembers);
    let was_paid_in = pix.withdrawal_id.is_none();
    // Whoever decided at the same time hears that they were second.
    let was_second = !is_open
        && [of_decision::ASSIGN, of_decision::GIVE_BACK]
            .iter()
            .any(|name| form::left_for(name).is_some_and(|flash| !flash.is_done));
    let badge = status_badge(&pix);
    let owner = member.clone().filter(|_| !is_open);
    view! {
        <PageHead title above>{badge}</PageHead>
        {was_second.then(|| view! { <div class="mb-6"><Alert tone=Tone::Warning>{t.already}</Alert></div> })}
        <div class="grid items-start gap-6 xl:grid-cols-2">
            <Known pix=pix.clone() owner/>
            {may_decide.then(|| view! {
                <div class="grid gap-6">
                    {match member {
                        Some(member) => view! { <Assign pix=pix.clone() member/> }.into_any(),
                        None => view! { <Find pix=pix.clone() found q/> }.into_any(),
                    }}
                    {was_paid_in.then(|| view! { <GiveBack pix/> })}
                </div>
            })}
        </div>
    }
}

#[component]
fn Known(pix: UnmatchedPix, owner: Option<User>) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let who = pix.resolved_by.unwrap_or_default();
    let who = who.strip_prefix("admin:").unwrap_or(&who);
    let resolved = pix
        .resolved_at
        .map(|at| fill(t.by, &[("when", &when::minute(locale, at)), ("who", who)]));
    let sender = pix.sender.unwrap_or_default();
    let told = [
        (t.payer, sender.name),
        (t.tax_id, sender.tax_id),
        (t.message, sender.message),
    ];
    let text = match pix.withdrawal_id {
        Some(_) => t.came_back_text,
        None => t.known_text,
    };
    view! {
        <Card title=t.known>
            <Facts>
                <Fact label=t.amount>{pix.amount.format(locale)}</Fact>
                {(!pix.returned.is_zero()).then(|| view! { <Fact label=t.went_back>{pix.returned.format(locale)}</Fact> })}
                <Fact label=t.came_in><time datetime=when::machine(pix.received_at)>{when::minute(locale, pix.received_at)}</time></Fact>
                {told.into_iter().filter_map(|(label, said)| said.map(|said| view! { <Fact label=label><span class="break-words">{said}</span></Fact> })).collect_view()}
                {pix.withdrawal_id.map(|id| view! { <Fact label=t.withdrawal><a class="text-ink underline-offset-4 hover:underline" href=format!("/admin/withdrawals/{id}")>{t.to_withdrawal}</a></Fact> })}
                <Fact label=t.end_to_end><code class="break-all">{pix.end_to_end_id.to_string()}</code></Fact>
                {pix.txid.map(|txid| view! { <Fact label=t.txid><code class="break-all">{txid.to_string()}</code></Fact> })}
                {owner.map(|owner| view! {
                    <Fact label=t.owner><a class="text-ink underline-offset-4 hover:underline" href=format!("/admin/members/{}", owner.id)>{owner.name()}</a></Fact>
                })}
                {resolved.map(|resolved| view! { <Fact label=t.decided>{resolved}</Fact> })}
                {pix.reason.map(|reason| view! { <Fact label=t.reason>{reason}</Fact> })}
            </Facts>
            <p class="mt-3 text-sm text-muted">{text}</p>
        </Card>
    }
}

/// Looks for the owner among the members.
#[component]
fn Find(pix: UnmatchedPix, found: Vec<User>, q: String) -> impl IntoView {
    let t = words();
    let here = format!("{HERE}/{}", pix.id);
    let is_none = !q.is_empty() && found.is_empty();
    // Who paid is the first guess.
    let guess = pix.sender.and_then(|sender| sender.name);
    let q = if q.is_empty() {
        guess.unwrap_or_default()
    } else {
        q
    };
    view! {
        <Card title=t.assign text=t.assign_text>
            <form method="get" action=here.clone() role="search" class="flex flex-wrap items-end gap-3">
                <label class="min-w-56 flex-1">
                    <span class="mb-1.5 block text-sm font-medium">{t.search}</span>
                    <span class="input w-full">
                        <span class="text-muted"><Icon name=IconName::Search/></span>
                        <input type="search" name="q" value=q autocomplete="off"/>
                    </span>
                </label>
                <button type="submit" class="btn">{t.find}</button>
            </form>
            {is_none.then(|| view! { <p class="mt-4 text-sm text-muted" role="status">{t.none_found}</p> })}
            <ul class="mt-4 divide-y divide-line empty:hidden">
                {found.into_iter().map(|user| view! {
                    <li class="flex flex-wrap items-center justify-between gap-3 py-2.5">
                        <div class="min-w-0">
                            <p class="font-semibold">{user.name()}</p>
                            <p class="text-xs text-muted"><Address text=user.email.to_string()/></p>
                        </div>
                        <a class="btn btn-sm" href=with_query(&here, &[("member", &user.id.to_string())]) aria-label=fill(t.choose_one, &[("who", &user.name())])>{t.choose}</a>
                    </li>
                }).collect_view()}
            </ul>
        </Card>
    }
}

/// Whose it will be, before it is.
#[component]
fn Assign(pix: UnmatchedPix, member: User) -> impl IntoView {
    let t = words();
    let amount = left(&pix).format(frame().locale);
    let action = form::to::<server_fns::AssignUnmatched>();
    let name = member.name();
    let text = fill(t.assign_review, &[("amount", &amount), ("who", &name)]);
    let numbers = [
        (t.cpf, member.cpf.as_ref().map(kernel::Cpf::formatted)),
        (t.cnpj, member.cnpj.as_ref().map(kernel::Cnpj::formatted)),
        (t.phone, member.phone.as_ref().map(kernel::Phone::formatted)),
    ];
    view! {
        <Card title=t.assign text>
            <Facts>
                <Fact label=t.member><a class="text-ink underline-offset-4 hover:underline" href=format!("/admin/members/{}", member.id)>{name}</a></Fact>
                <Fact label=t.email><Address text=member.email.to_string()/></Fact>
                {numbers.into_iter().filter_map(|(label, number)| number.map(|number| view! { <Fact label=label>{number}</Fact> })).collect_view()}
            </Facts>
            <div class="mt-4">
                <Form action name=of_decision::ASSIGN>
                    <input type="hidden" name="id" value=pix.id.to_string()/>
                    <input type="hidden" name="member" value=member.id.to_string()/>
                    <Field name="reason" label=t.reason help=t.assign_help autocomplete="off"/>
                    <div class="flex flex-wrap gap-3">
                        <Submit>{fill(t.assign_do, &[("amount", &amount)])}</Submit>
                        <LinkButton href=format!("{HERE}/{}", pix.id) main=false>{t.another}</LinkButton>
                    </div>
                </Form>
            </div>
        </Card>
    }
}

#[component]
fn GiveBack(pix: UnmatchedPix) -> impl IntoView {
    let t = words();
    let amount = left(&pix).format(frame().locale);
    let action = form::to::<server_fns::GiveBackUnmatched>();
    view! {
        <Card title=t.give_back text=fill(t.give_back_text, &[("amount", &amount)])>
            <Form action name=of_decision::GIVE_BACK>
                <input type="hidden" name="id" value=pix.id.to_string()/>
                <Field name="reason" label=t.reason help=t.give_back_help autocomplete="off"/>
                <div class="max-w-xs"><Field name="confirm" label=fill(t.confirm, &[("amount", &amount)]) inputmode="decimal" autocomplete="off"/></div>
                <div><Submit danger=true>{fill(t.give_back_do, &[("amount", &amount)])}</Submit></div>
            </Form>
        </Card>
    }
}
