//! A club's members: its consumers and merchants, and one of them with what belongs to them.

mod blocks;
mod debt;
mod detail;
mod numbers;
pub(crate) mod server_fns;
mod words;

pub(crate) use blocks::MemberBlocksPage;
pub(crate) use detail::MemberPage;

use self::words::words;
use crate::{
    frame::frame,
    link::{from_query, with_query},
    ui::{Address, Badge, Choice, EmptyState, PageHead, Pager, SearchBar, Table, Tone, loaded},
    when,
    words::count,
};
use club::users::{User, UserFilter, UserStatus, UserType};
use kernel::Page;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

const HERE: &str = "/admin/members";

/// Which members, from the address; what cannot be read does not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    pub(crate) q: String,
    #[serde(default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) cursor: String,
}

/// One page and how many match in all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Members {
    pub(crate) total: i64,
    pub(crate) page: Page<User>,
}

impl Filter {
    /// As the operation reads it.
    pub(crate) fn members(&self) -> UserFilter {
        UserFilter {
            search: Some(self.q.trim().to_owned()).filter(|q| !q.is_empty()),
            user_type: match self.kind.as_str() {
                "consumer" => Some(UserType::Consumer),
                "merchant" => Some(UserType::Merchant),
                _ => None,
            },
            status: match self.status.as_str() {
                "active" => Some(UserStatus::Active),
                "blocked" => Some(UserStatus::Blocked),
                "deleted" => Some(UserStatus::Deleted),
                _ => None,
            },
            joined_since: None,
        }
    }

    fn is_set(&self) -> bool {
        self.members() != UserFilter::default()
    }
}

/// The list.
#[component]
pub(crate) fn MembersPage() -> impl IntoView {
    let filter = from_query(|of| Filter {
        q: of("q"),
        kind: of("kind"),
        status: of("status"),
        cursor: of("cursor"),
    });
    let members = Resource::new(move || filter.get(), server_fns::list_members);
    loaded(
        members,
        move |members| view! { <Loaded members filter=filter.get_untracked()/> },
    )
}

#[component]
fn Loaded(members: Members, filter: Filter) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let note = count(locale, members.total, t.one, t.many);
    let address = |cursor: &str| {
        with_query(
            HERE,
            &[
                ("q", &filter.q),
                ("kind", &filter.kind),
                ("status", &filter.status),
                ("cursor", cursor),
            ],
        )
    };
    let next = members
        .page
        .next_cursor
        .map(|cursor| address(&cursor.to_string()));
    let first = (!filter.cursor.is_empty()).then(|| address(""));
    let is_set = filter.is_set();
    let rows = members.page.data;
    let kinds = [("consumer", t.consumers), ("merchant", t.merchants)];
    let statuses = [
        ("active", t.active),
        ("blocked", t.blocked),
        ("deleted", t.deleted),
    ];
    view! {
        <PageHead title=t.title note/>
        <SearchBar action=HERE label=t.search query=filter.q.clone() submit=t.filter>
            <Choice name="kind" label=t.kind any=t.any_kind options=kinds.to_vec() chosen=filter.kind.clone()/>
            <Choice name="status" label=t.status any=t.any_status options=statuses.to_vec() chosen=filter.status.clone()/>
            {is_set.then(|| view! { <a class="btn btn-ghost" href=HERE>{t.clear}</a> })}
        </SearchBar>
        {match (rows.is_empty(), is_set) {
            (false, _) => view! {
                <Table label=t.title columns=vec![t.name, t.contact, t.kind, t.status, t.code, t.since]>
                    {rows.into_iter().map(|user| view! { <Row user/> }).collect_view()}
                </Table>
            }.into_any(),
            (true, true) => view! { <EmptyState title=t.none_found text=t.none_found_text><a class="btn" href=HERE>{t.clear}</a></EmptyState> }.into_any(),
            (true, false) => view! { <EmptyState title=t.empty text=t.empty_text/> }.into_any(),
        }}
        <Pager first next first_word=t.first next_word=t.next/>
    }
}

/// Whether they may come in.
fn status_badge(status: UserStatus) -> impl IntoView {
    let t = words();
    let (tone, text) = match status {
        UserStatus::Active => (Tone::Success, t.active),
        UserStatus::Blocked => (Tone::Error, t.blocked),
        UserStatus::Deleted => (Tone::Plain, t.deleted),
    };
    view! { <Badge tone text/> }
}

fn kind_word(kind: UserType) -> &'static str {
    let t = words();
    match kind {
        UserType::Consumer => t.consumer,
        UserType::Merchant => t.merchant,
    }
}

#[component]
fn Row(user: User) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    view! {
        <tr>
            <td><a href=format!("{HERE}/{}", user.id)>{user.name()}</a></td>
            <td data-label=t.contact class="wide-only">
                <div class="min-w-0">
                    <p><Address text=user.email.to_string()/></p>
                    {user.phone.map(|phone| view! { <p class="text-xs text-muted">{phone.formatted()}</p> })}
                </div>
            </td>
            <td data-label=t.kind>{kind_word(user.user_type)}</td>
            <td data-label=t.status>{status_badge(user.status)}</td>
            <td data-label=t.code class="wide-only"><code>{user.referral_id}</code></td>
            <td data-label=t.since class="wide-only"><time datetime=when::machine(user.created_at) title=when::minute(locale, user.created_at)>{when::day(locale, user.created_at)}</time></td>
        </tr>
    }
}
