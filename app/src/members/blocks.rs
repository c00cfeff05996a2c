//! What is held back of one member's wallet: the list, which their page shows too, and the forms that hold back and free.

use super::{HERE, server_fns, words::words};
use crate::{
    form::{self, Form},
    frame::frame,
    link::with_query,
    pix::limits::typed,
    ui::{Badge, Card, Crumb, Field, Figure, PageHead, Submit, Tone, loaded},
    when,
    words::fill,
};
use club::{
    ledger::WalletBalances,
    users::{User, UserStatus},
    wallet_blocks::{WalletBlock, WalletLift},
};
use kernel::UserId;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};
use tenancy::administrators::Permission;
use time::OffsetDateTime;

/// The forms of the page.
pub(super) const HOLD: &str = "member-hold";
pub(super) const FREE: &str = "member-free";

/// A member's wallet and what is, or was, held back of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BlocksView {
    pub(crate) user: User,
    pub(crate) wallet: WalletBalances,
    pub(crate) blocks: Vec<WalletBlock>,
    /// Names what the form does: sent again, it is the same.
    pub(crate) once: String,
}

/// Where a member's page of them is.
pub(super) fn page_of(user: UserId) -> String {
    format!("{HERE}/{user}/blocks")
}

/// The page.
#[component]
pub(crate) fn MemberBlocksPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let chosen = Memo::new(move |_| query.with(|query| query.get("free").unwrap_or_default()));
    let blocks = Resource::new(
        move || (id(), chosen.get()),
        |(id, _)| server_fns::read_blocks(id),
    );
    loaded(
        blocks,
        move |view| view! { <Loaded view chosen=chosen.get_untracked()/> },
    )
}

#[component]
fn Loaded(view: BlocksView, chosen: String) -> impl IntoView {
    let t = words();
    let frame = frame();
    let BlocksView {
        user,
        wallet,
        blocks,
        once,
    } = view;
    let above = Crumb {
        href: HERE,
        label: t.title,
    };
    let name = user.name();
    let may = frame.allows(Permission::ManageMembers) && user.status != UserStatus::Deleted;
    let here = page_of(user.id);
    let chosen = blocks
        .iter()
        .find(|block| block.id.to_string() == chosen && block.left.is_positive())
        .cloned();
    let (available, held) = (wallet.available, wallet.blocked.format(frame.locale));
    let available = available.format(frame.locale);
    let forms = may.then(|| match chosen {
        Some(block) => view! { <Free block once here=here.clone()/> }.into_any(),
        None => view! { <Hold user=user.clone() once available=available.clone()/> }.into_any(),
    });
    view! {
        <PageHead title=t.blocks above>
            <a class="text-ink underline-offset-4 hover:underline" href=format!("{HERE}/{}", user.id)>{name}</a>
        </PageHead>
        <dl class="mb-6 grid grid-cols-2 gap-4">
            <Figure label=t.available value=available/>
            <Figure label=t.held value=held/>
        </dl>
        <div class="grid grid-cols-1 items-start gap-6 xl:grid-cols-2">
            <Card title=t.blocks text=t.blocks_text><Blocks blocks free_at=may.then_some(here)/></Card>
            {forms}
        </div>
    }
}

/// The newest first, with a link to the form that frees, for who may.
#[component]
pub(super) fn Blocks(blocks: Vec<WalletBlock>, free_at: Option<String>) -> impl IntoView {
    if blocks.is_empty() {
        return view! { <p class="text-sm text-muted">{words().no_blocks}</p> }.into_any();
    }
    view! {
        <ul class="grid gap-5">
            {blocks.into_iter().map(|block| view! { <Block block free_at=free_at.clone()/> }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn Block(block: WalletBlock, free_at: Option<String>) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let is_held = block.left.is_positive();
    let (tone, word) = if !is_held {
        (Tone::Plain, t.freed.to_owned())
    } else if block.lifts.is_empty() {
        (Tone::Warning, t.held.to_owned())
    } else {
        let left = block.left.format(locale);
        (Tone::Warning, fill(t.still_held, &[("left", &left)]))
    };
    let free = free_at.filter(|_| is_held).map(|here| {
        let href = with_query(&here, &[("free", &block.id.to_string())]);
        view! { <a class="text-sm font-semibold hover:underline" href=href>{t.free_it}</a> }
    });
    view! {
        <li class="border-l-2 border-line pl-4">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <strong class="tabular-nums">{block.amount.format(locale)}</strong>
                <Badge tone text=word/>
                {free}
            </div>
            <p class="mt-1 text-sm break-words">{block.reason}</p>
            <By at=block.blocked_at who=block.blocked_by/>
            {block.lifts.into_iter().map(|lift| view! { <Lift lift/> }).collect_view()}
        </li>
    }
}

#[component]
fn Lift(lift: WalletLift) -> impl IntoView {
    let amount = lift.amount.format(frame().locale);
    view! {
        <p class="mt-2 text-sm break-words">{fill(words().freed_of, &[("amount", &amount), ("reason", &lift.reason)])}</p>
        <By at=lift.lifted_at who=lift.lifted_by/>
    }
}

#[component]
fn By(at: OffsetDateTime, who: String) -> impl IntoView {
    let locale = frame().locale;
    let who = who.strip_prefix("admin:").unwrap_or(&who).to_owned();
    view! {
        <p class="text-sm text-muted break-words"><time datetime=when::machine(at)>{when::minute(locale, at)}</time>" · "{who}</p>
    }
}

#[component]
fn Hold(user: User, once: String, available: String) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::HoldAmount>();
    let help = format!("{}: {available}", t.available);
    view! {
        <Card title=t.hold_title text=t.hold_text>
            <Form action name=HOLD>
                <input type="hidden" name="id" value=user.id.to_string()/>
                <input type="hidden" name="once" value=once/>
                <div class="max-w-xs"><Field name="amount" label=t.amount help inputmode="decimal" autocomplete="off"/></div>
                <Field name="reason" label=t.reason help=t.reason_help autocomplete="off"/>
                <div><Submit danger=true>{t.hold_it}</Submit></div>
            </Form>
        </Card>
    }
}

#[component]
fn Free(block: WalletBlock, once: String, here: String) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::FreeAmount>();
    let left = block.left.format(frame().locale);
    let help = fill(t.still_held, &[("left", &left)]);
    view! {
        <Card title=t.free_title text=t.free_text>
            <Form action name=FREE>
                <input type="hidden" name="id" value=block.id.to_string()/>
                <input type="hidden" name="once" value=once/>
                <div class="max-w-xs"><Field name="amount" label=t.amount value=typed(frame().locale, block.left) help inputmode="decimal" autocomplete="off"/></div>
                <Field name="reason" label=t.reason help=t.reason_help autocomplete="off"/>
                <div class="flex flex-wrap items-center gap-5">
                    <Submit>{t.free_it}</Submit>
                    <a class="text-sm hover:underline" href=here>{t.hold_title}</a>
                </div>
            </Form>
        </Card>
    }
}
