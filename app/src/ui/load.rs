//! What a page asks the server for: rendered on the server before the first byte, fetched by the browser afterwards.

use super::Problem;
use crate::Refusal;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// Shows a page that is what was asked for, or why it cannot be shown.
pub(crate) fn loaded<T, V>(
    resource: Resource<Result<T, Refusal>>,
    show: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    answered(resource, show, true)
}

/// The same for a part of a page that has its own title.
pub(crate) fn loaded_part<T, V>(
    resource: Resource<Result<T, Refusal>>,
    show: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    answered(resource, show, false)
}

fn answered<T, V>(
    resource: Resource<Result<T, Refusal>>,
    show: impl Fn(T) -> V + Clone + Send + Sync + 'static,
    is_page: bool,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    view! {
        <Transition fallback=|| view! { <div class="loading-line" role="status" aria-live="polite"></div> }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => show(value).into_any(),
                        Err(refusal) => view! { <Problem refusal is_page/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}
