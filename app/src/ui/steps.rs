//! How far a piece of work has come, step by step.

use super::{Icon, IconName};
use leptos::prelude::*;

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepState {
    Done,
    Now,
    Waiting,
    Failed,
}

/// One step.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// What it does.
    pub(crate) label: String,
    /// How it stands.
    pub(crate) state: StepState,
    /// The state as a word, for readers.
    pub(crate) word: &'static str,
}

/// Steps from top to bottom.
#[component]
pub(crate) fn Steps(steps: Vec<Step>) -> impl IntoView {
    view! {
        <ol class="grid gap-3">
            {steps.into_iter().map(|step| {
                let (class, icon) = match step.state {
                    StepState::Done => ("tone-success", IconName::Check),
                    StepState::Now => ("tone-info", IconName::Wait),
                    StepState::Waiting => ("tone-plain", IconName::Wait),
                    StepState::Failed => ("tone-error", IconName::Cross),
                };
                view! {
                    <li class="flex items-center gap-3 text-sm" aria-current=(step.state == StepState::Now).then_some("step")>
                        <span class=format!("grid size-6 shrink-0 place-items-center rounded-full {class}")><Icon name=icon class="size-3.5"/></span>
                        <span class="flex-1">{step.label}</span>
                        <span class="text-muted">{step.word}</span>
                    </li>
                }
            }).collect_view()}
        </ol>
    }
}
