//! One member: who they are, what they have, how it came to be, and their way in.

use super::{
    HERE,
    blocks::{Blocks, page_of},
    debt::Forgive,
    kind_word,
    numbers::Correct,
    server_fns, status_badge,
    words::words,
};
use crate::{
    documents,
    form::{self, Form},
    frame::frame,
    link::with_query,
    ui::{
        Address, Card, Crumb, EmptyState, Fact, Facts, Field, Figure, LinkButton, PageHead, Pager,
        Submit, Table, loaded,
    },
    when,
    words::fill,
};
use club::{
    ledger::TransactionKind,
    user_documents::ReviewedDocument,
    users::{User, UserStatus},
    wallet::{StatementLine, Wallet, WalletStatement},
    wallet_blocks::WalletBlock,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};
use tenancy::administrators::Permission;

/// The form that takes the way in away or gives it back.
pub(super) const BLOCK: &str = "member-block";

/// A member and what belongs to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MemberView {
    pub(crate) user: User,
    pub(crate) wallet: Wallet,
    /// What moved the part that can be spent.
    pub(crate) statement: WalletStatement,
    /// What is, or was, held back, the newest first.
    pub(crate) blocks: Vec<WalletBlock>,
    /// What they sent to show who they are, the newest first.
    pub(crate) documents: Vec<ReviewedDocument>,
    /// Names what the form that forgives does: sent again, it is the same.
    pub(crate) once: String,
}

/// The page.
#[component]
pub(crate) fn MemberPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        (
            params.with(|params| params.get("id").unwrap_or_default()),
            query.with(|query| query.get("cursor").unwrap_or_default()),
        )
    });
    let member = Resource::new(
        move || asked.get(),
        |(id, cursor)| server_fns::read_member(id, cursor),
    );
    loaded(
        member,
        move |view| view! { <Loaded view is_first=asked.get_untracked().1.is_empty()/> },
    )
}

#[component]
fn Loaded(view: MemberView, is_first: bool) -> impl IntoView {
    let t = words();
    let MemberView {
        user,
        wallet,
        statement,
        blocks,
        documents,
        once,
    } = view;
    let above = Crumb {
        href: HERE,
        label: t.title,
    };
    let title = user.name();
    let may_change =
        frame().allows(Permission::ManageMembers) && user.status != UserStatus::Deleted;
    let here = format!("{HERE}/{}", user.id);
    let (id, debt) = (user.id, wallet.balances.debt);
    let forgive = may_change && debt.is_positive();
    view! {
        <PageHead title note=kind_word(user.user_type) above>{status_badge(user.status)}</PageHead>
        <Parts wallet/>
        <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <Statement statement here is_first/>
            <div class="grid gap-6">
                <Who user=user.clone() may_change/>
                {forgive.then(|| view! { <Forgive user=id debt once/> })}
                {(may_change || !blocks.is_empty()).then(|| view! { <Held user=user.clone() blocks/> })}
                <Documents documents/>
                {may_change.then(|| view! { <Block user/> })}
            </div>
        </div>
    }
}

/// The four parts of what they have, and a merchant's credit.
#[component]
fn Parts(wallet: Wallet) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let Wallet {
        balances: wallet,
        credit,
    } = wallet;
    let credit = credit.is_positive().then(|| credit.format(locale));
    let available_note = credit.map(|credit| fill(t.available_note, &[("credit", &credit)]));
    view! {
        <dl class="mb-6 grid grid-cols-2 gap-4 lg:grid-cols-4">
            <Figure label=t.available value=wallet.available.format(locale) note=available_note.unwrap_or_default()/>
            <Figure label=t.pending value=wallet.pending.format(locale) note=t.pending_note/>
            <Figure label=t.held value=wallet.blocked.format(locale) note=t.held_note/>
            <Figure label=t.debt value=wallet.debt.format(locale) note=t.debt_note/>
        </dl>
    }
}

#[component]
fn Statement(statement: WalletStatement, here: String, is_first: bool) -> impl IntoView {
    let t = words();
    let next = statement.next_cursor;
    let next = next.map(|cursor| with_query(&here, &[("cursor", &cursor.to_string())]));
    let first = (!is_first).then_some(here);
    let rows = statement.data;
    view! {
        <section aria-labelledby="statement">
            <h2 id="statement" class="mb-3 text-base font-semibold">{t.statement}</h2>
            {if rows.is_empty() {
                view! { <EmptyState title=t.nothing_moved text=t.nothing_moved_text/> }.into_any()
            } else {
                view! {
                    <Table label=t.statement columns=vec![t.what, t.when, t.amount, t.balance] amounts=2>
                        {rows.into_iter().map(|line| view! { <Movement line/> }).collect_view()}
                    </Table>
                }.into_any()
            }}
            <Pager first next first_word=t.newest next_word=t.older/>
        </section>
    }
}

#[component]
fn Movement(line: StatementLine) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let StatementLine {
        entry,
        counterparty,
        ..
    } = line;
    let at = entry.happened_at;
    view! {
        <tr>
            <td>
                <span class="font-semibold">{movement_word(entry.kind)}</span>
                {counterparty.map(|name| view! { <p class="text-xs text-muted break-words">{name}</p> })}
            </td>
            <td data-label=t.when><time datetime=when::machine(at) title=when::minute(locale, at) class="whitespace-nowrap">{when::day(locale, at)}</time></td>
            <td data-label=t.amount class="amount">{entry.amount.format(locale)}</td>
            <td data-label=t.balance class="amount wide-only text-muted">{entry.balance.format(locale)}</td>
        </tr>
    }
}

fn movement_word(kind: TransactionKind) -> &'static str {
    let t = words();
    match kind {
        TransactionKind::Deposit => t.deposit,
        TransactionKind::Purchase => t.purchase,
        TransactionKind::Release => t.release,
        TransactionKind::Refund => t.refund,
        TransactionKind::Withdrawal => t.withdrawal,
        TransactionKind::WithdrawalPaid => t.withdrawal_paid,
        TransactionKind::WithdrawalReturned => t.withdrawal_returned,
        TransactionKind::Suspense => t.suspense,
        TransactionKind::DebtPaid => t.debt_paid,
        TransactionKind::Block => t.hold,
        TransactionKind::Unblock => t.free,
        TransactionKind::Adjustment => t.adjustment,
        TransactionKind::Cashback => t.cashback,
        TransactionKind::DepositReturned => t.deposit_returned,
        TransactionKind::GivenUp => t.given_up,
    }
}

#[component]
fn Who(user: User, may_change: bool) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let or_none = |text: Option<String>| text.unwrap_or_else(|| t.none.to_owned());
    let since = user.created_at;
    let correct = may_change.then(|| view! { <Correct user=user.clone()/> });
    let found = user
        .referred_by
        .as_ref()
        .map(|code| with_query(HERE, &[("q", code)]));
    view! {
        <Card title=t.who>
            <Facts>
                <Fact label=t.email><Address text=user.email.to_string()/></Fact>
                <Fact label=t.phone>{or_none(user.phone.map(|phone| phone.formatted()))}</Fact>
                <Fact label=t.cpf>{or_none(user.cpf.map(|cpf| cpf.formatted()))}</Fact>
                <Fact label=t.cnpj><span class="whitespace-nowrap">{or_none(user.cnpj.map(|cnpj| cnpj.formatted()))}</span></Fact>
                <Fact label=t.level>{documents::level_word(user.kyc_level)}</Fact>
                <Fact label=t.code><code>{user.referral_id}</code></Fact>
                {user.referred_by.zip(found).map(|(code, href)| view! {
                    <Fact label=t.referred_by><a class="text-ink underline-offset-4 hover:underline" href=href><code>{code}</code></a></Fact>
                })}
                <Fact label=t.since><time datetime=when::machine(since)>{when::minute(locale, since)}</time></Fact>
            </Facts>
            {correct}
        </Card>
    }
}

#[component]
fn Held(user: User, blocks: Vec<WalletBlock>) -> impl IntoView {
    let t = words();
    view! {
        <Card title=t.blocks>
            <div class="grid gap-5">
                <Blocks blocks free_at=None/>
                <div><LinkButton href=page_of(user.id) main=false>{t.to_blocks}</LinkButton></div>
            </div>
        </Card>
    }
}

#[component]
fn Documents(documents: Vec<ReviewedDocument>) -> impl IntoView {
    let t = words();
    let text = if documents.is_empty() {
        t.no_documents
    } else {
        ""
    };
    view! { <Card title=t.documents text>{(!documents.is_empty()).then(|| view! { <documents::Sent documents/> })}</Card> }
}

#[component]
fn Block(user: User) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::BlockMember>();
    let is_blocked = user.status == UserStatus::Blocked;
    let (title, text, state) = if is_blocked {
        (t.unblock, t.unblock_text, "active")
    } else {
        (t.block, t.block_text, "blocked")
    };
    view! {
        <Card title text>
            <Form action name=BLOCK>
                <input type="hidden" name="id" value=user.id.to_string()/>
                <input type="hidden" name="state" value=state/>
                <Field name="reason" label=t.reason help=t.reason_help autocomplete="off"/>
                <div><Submit main=false danger=!is_blocked>{title}</Submit></div>
            </Form>
        </Card>
    }
}
