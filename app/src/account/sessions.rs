//! Where the account is open.

use super::{server_fns, words::words};
use crate::{
    form,
    frame::frame,
    ui::{Badge, Tone, loaded_part},
    when,
};
use leptos::prelude::*;
use tenancy::administrators::SessionRow;

/// The sessions, each with a way to end it.
#[component]
pub(super) fn Sessions() -> impl IntoView {
    let t = words();
    let sessions = Resource::new(|| (), |()| server_fns::sessions());
    view! {
        <section aria-labelledby="sessions">
            <h2 id="sessions" class="text-base font-semibold">{t.sessions}</h2>
            <p class="mt-1 mb-3 text-sm text-muted">{t.sessions_text}</p>
            {loaded_part(sessions, |rows| view! { <Rows rows/> })}
        </section>
    }
}

#[component]
fn Rows(rows: Vec<SessionRow>) -> impl IntoView {
    let t = words();
    view! {
        <crate::ui::Table label=t.sessions columns=vec![t.device, t.address, t.opened, t.last_seen, t.action]>
            {rows.into_iter().map(|row| view! { <Row row/> }).collect_view()}
        </crate::ui::Table>
    }
}

#[component]
fn Row(row: SessionRow) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let action = form::to::<server_fns::RevokeSession>();
    let last = if row.is_current {
        view! { <Badge tone=Tone::Success text=t.this_one/> }.into_any()
    } else {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="id" value=row.id.to_string()/>
                <button class="btn btn-xs">{t.end}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <tr>
            <td title=row.user_agent.clone()>{device(&row.user_agent)}</td>
            <td data-label=t.address>{row.ip}</td>
            <td data-label=t.opened><time datetime=when::machine(row.created_at)>{when::minute(locale, row.created_at)}</time></td>
            <td data-label=t.last_seen><time datetime=when::machine(row.last_seen_at)>{when::minute(locale, row.last_seen_at)}</time></td>
            <td>{last}</td>
        </tr>
    }
}

/// Browser and system by the few names that say something to their owner; else what the browser said.
fn device(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if agent.is_empty() => "?".to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_browser_is_named_by_what_it_is_not_by_what_it_resembles() {
        assert_eq!(
            device(
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/143.0 Safari/537.36 Edg/143.0"
            ),
            "Edge · Windows"
        );
        assert_eq!(
            device("Mozilla/5.0 (X11; Linux x86_64) Chrome/143.0 Safari/537.36"),
            "Chrome · Linux"
        );
        assert_eq!(device("my-robot"), "my-robot");
    }
}
