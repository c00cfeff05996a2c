//! Inputs: label above, help below, the reason at the field, what was typed kept.

use super::{Icon, IconName};
use crate::{form::Inside, frame::frame, refusal::sentences};
use leptos::prelude::*;

/// Everything around an input: its id, what describes it, whether it was refused.
struct Around {
    id: String,
    described_by: Option<String>,
    reason: Option<&'static str>,
    /// Another field may have to be mended first.
    form_is_refused: bool,
    kept: Option<String>,
}

impl Around {
    fn of(name: &str, help: &str) -> Self {
        let inside = use_context::<Inside>();
        let id = inside.as_ref().map_or_else(
            || name.to_owned(),
            |inside| format!("{}-{name}", inside.form),
        );
        let reason = inside
            .as_ref()
            .and_then(|inside| inside.reason(name))
            .map(|reason| sentences::of_reason(frame().locale, reason));
        let described = [(reason.is_some(), "error"), (!help.is_empty(), "help")];
        let ids: Vec<String> = described
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, what)| format!("{id}-{what}"))
            .collect();
        Self {
            described_by: (!ids.is_empty()).then(|| ids.join(" ")),
            reason,
            form_is_refused: inside.as_ref().is_some_and(Inside::is_refused),
            kept: inside
                .as_ref()
                .and_then(|inside| inside.kept(name))
                .map(str::to_owned),
            id,
        }
    }
}

fn below(id: &str, help: String, reason: Option<&'static str>) -> impl IntoView + use<> {
    let (error_id, help_id) = (format!("{id}-error"), format!("{id}-help"));
    view! {
        {reason.map(|reason| view! {
            <p id=error_id class="mt-1.5 flex items-start gap-1.5 text-sm text-danger">
                <Icon name=IconName::Alert class="mt-0.5 size-4 shrink-0"/>{reason}
            </p>
        })}
        {(!help.is_empty()).then(|| view! { <p id=help_id class="mt-1.5 text-sm text-muted">{help}</p> })}
    }
}

/// One line of text.
#[component]
pub(crate) fn Field(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(default = "text")] kind: &'static str,
    /// What stands in it before anything was typed.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] help: String,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
    #[prop(default = true)] required: bool,
    #[prop(default = false)] autofocus: bool,
    /// Hears what is typed.
    #[prop(optional)]
    typed: Option<RwSignal<String>>,
    #[prop(optional)] reference: Option<NodeRef<leptos::html::Input>>,
) -> impl IntoView {
    let around = Around::of(name, &help);
    let reference = reference.unwrap_or_default();
    let refused = around.reason.is_some();
    let id = around.id.clone();
    view! {
        <div>
            <label for=id.clone() class="mb-1.5 block text-sm font-medium">{label}</label>
            <input
                id=id
                class=if refused { "input input-error w-full" } else { "input w-full" }
                type=kind
                name=name
                value=around.kept.unwrap_or(value)
                autocomplete=autocomplete
                inputmode=inputmode
                placeholder=placeholder
                required=required
                autofocus=refused || (autofocus && !around.form_is_refused)
                aria-invalid=refused.then_some("true")
                aria-describedby=around.described_by
                spellcheck="false"
                node_ref=reference
                on:input=move |event| {
                    if let Some(typed) = typed {
                        typed.set(event_target_value(&event));
                    }
                }
            />
            {below(&around.id, help, around.reason)}
        </div>
    }
}

/// Several lines of text.
#[component]
pub(crate) fn TextArea(
    name: &'static str,
    #[prop(into)] label: String,
    /// What stands in it before anything was typed.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] help: String,
    /// How many lines are seen at once.
    rows: u16,
    #[prop(default = true)] required: bool,
) -> impl IntoView {
    let around = Around::of(name, &help);
    let refused = around.reason.is_some();
    // As text of its own an empty value would be written as a space.
    let inside = around.kept.unwrap_or(value);
    let inside = inside.replace('&', "&amp;").replace('<', "&lt;");
    let id = around.id.clone();
    view! {
        <div>
            <label for=id.clone() class="mb-1.5 block text-sm font-medium">{label}</label>
            <textarea
                id=id
                class=if refused { "textarea textarea-error w-full" } else { "textarea w-full" }
                name=name
                rows=rows
                autocomplete="off"
                required=required
                autofocus=refused
                aria-invalid=refused.then_some("true")
                aria-describedby=around.described_by
                spellcheck="false"
                inner_html=inside
            ></textarea>
            {below(&around.id, help, around.reason)}
        </div>
    }
}

/// One of a few.
#[component]
pub(crate) fn Select(
    name: &'static str,
    #[prop(into)] label: String,
    /// Value and word of each.
    options: Vec<(&'static str, String)>,
    /// Chosen before anything was changed.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] help: String,
) -> impl IntoView {
    let around = Around::of(name, &help);
    let chosen = around.kept.unwrap_or(value);
    let id = around.id.clone();
    let refused = around.reason.is_some();
    view! {
        <div>
            <label for=id.clone() class="mb-1.5 block text-sm font-medium">{label}</label>
            <select
                id=id
                class=if refused { "select select-error w-full" } else { "select w-full" }
                name=name
                aria-invalid=refused.then_some("true")
                aria-describedby=around.described_by
            >
                {options.into_iter().map(|(value, word)| view! {
                    <option value=value selected=value == chosen>{word}</option>
                }).collect_view()}
            </select>
            {below(&around.id, help, around.reason)}
        </div>
    }
}
