//! The public page of a club: here the brand leads, and the numbers are the club's own.
//!
//! Everything on it comes with the frame, so the page asks the databases for nothing.

mod example;
mod preview;
mod words;

use self::{example::Example, preview::Preview, words::words};
use crate::{
    console::Missing,
    edge,
    frame::{Club, Place, frame},
    preferences::Preferences,
    ui::{Mark, PageTitle},
    words::fill,
};
use kernel::Phone;
use leptos::prelude::*;
use tenancy::{branding::Branding, modules::Module};

/// The start of a site: a club's public page, or the way into the platform's console.
#[component]
pub(crate) fn Home() -> impl IntoView {
    match &frame().place {
        Place::Club(club) => view! { <PublicPage club=club.as_ref().clone()/> }.into_any(),
        Place::Platform => {
            edge::turn_to("/super");
            ().into_any()
        }
        Place::Nowhere => view! { <Missing/> }.into_any(),
    }
}

#[component]
fn PublicPage(club: Club) -> impl IntoView {
    let t = words();
    let brand = club.details.branding.clone();
    let tagline = if brand.tagline.is_empty() {
        t.lead.to_owned()
    } else {
        brand.tagline.clone()
    };
    view! {
        <PageTitle text=""/>
        <Preview name=brand.app_name.clone() text=tagline.clone()/>
        <div class="public-page text-base">
            <header class="on-brand bg-hero text-on-hero">
                <div class="mx-auto flex max-w-5xl items-center justify-end px-5 py-3"><Preferences/></div>
                <div class="mx-auto max-w-5xl px-5 pt-8 pb-20 sm:pt-12 sm:pb-28">
                    <Logo brand=brand.clone()/>
                    <h1 class="mt-8 max-w-3xl text-4xl leading-[1.1] font-semibold tracking-tight text-balance sm:text-6xl">{tagline}</h1>
                    <p class="mt-5 max-w-xl text-lg text-pretty">{(!brand.tagline.is_empty()).then_some(t.lead)}</p>
                    <StoreLinks brand=brand.clone()/>
                </div>
            </header>
            <main class="mx-auto -mt-12 grid max-w-5xl gap-16 px-5 pb-20 sm:-mt-16">
                <Example club=club.clone()/>
                <How club=club.clone()/>
                <Questions club/>
                <Help brand/>
            </main>
            <Foot/>
        </div>
    }
}

/// The logo on the brand's colour, or the monogram and the name.
#[component]
fn Logo(brand: Branding) -> impl IntoView {
    let mark = match brand.logo_dark_url.clone().or(brand.logo_light_url.clone()) {
        Some(url) => view! { <img src=url alt="" height="48" class="h-12 w-auto"/> }.into_any(),
        None => view! {
            <span aria-hidden="true" class="grid size-12 place-items-center rounded-xl bg-on-hero text-lg font-bold text-hero">
                {crate::brand::initials(&brand.app_name)}
            </span>
        }
        .into_any(),
    };
    view! { <p class="flex items-center gap-4 text-xl font-semibold">{mark}<span>{brand.app_name}</span></p> }
}

#[component]
fn StoreLinks(brand: Branding) -> impl IntoView {
    let t = words();
    let links = [
        (brand.app_store_url, t.app_store),
        (brand.play_store_url, t.play_store),
    ];
    let links: Vec<_> = links
        .into_iter()
        .filter_map(|(url, label)| Some((web_address(url?)?, label)))
        .collect();
    (!links.is_empty()).then(|| {
        view! {
            <ul class="mt-8 flex flex-wrap gap-3">
                {links.into_iter().map(|(url, label)| view! {
                    <li><a class="btn border-0 bg-on-hero text-hero" href=url rel="external noopener">{label}</a></li>
                }).collect_view()}
            </ul>
        }
    })
}

/// Links that a tenant typed lead to the web and nowhere else.
fn web_address(url: String) -> Option<String> {
    url.starts_with("https://").then_some(url)
}

#[component]
fn How(club: Club) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    if !club.has(Module::Cashback) {
        return ().into_any();
    }
    let percent = club.details.cashback.consumer_percent.format(locale);
    let mut steps = vec![
        (t.step_buy, t.step_buy_text.to_owned()),
        (t.step_get, fill(t.step_get_text, &[("percent", &percent)])),
        (t.step_use, t.step_use_text.to_owned()),
    ];
    if club.has(Module::Referrals) {
        let percent = club
            .details
            .cashback
            .consumer_referrer_percent
            .format(locale);
        steps.push((
            t.step_refer,
            fill(t.step_refer_text, &[("percent", &percent)]),
        ));
    }
    let steps = steps.into_iter().zip(1_u8..).map(|((title, text), number)| {
        view! {
            <li>
                <span aria-hidden="true" class="grid size-9 place-items-center rounded-full bg-primary font-semibold text-primary-content tabular-nums">{number.to_string()}</span>
                <h3 class="mt-4 text-lg font-semibold">{title}</h3>
                <p class="mt-1 text-muted text-pretty">{text}</p>
            </li>
        }
    }).collect_view();
    view! {
        <section aria-labelledby="how">
            <h2 id="how" class="text-2xl font-semibold tracking-tight sm:text-3xl">{t.how}</h2>
            <ol class="mt-8 grid gap-8 sm:grid-cols-2 lg:grid-cols-4">{steps}</ol>
        </section>
    }
    .into_any()
}

#[component]
fn Questions(club: Club) -> impl IntoView {
    let t = words();
    let percent = club
        .details
        .cashback
        .consumer_percent
        .format(frame().locale);
    let mut questions = vec![(t.q_cost, t.a_cost.to_owned())];
    if club.has(Module::Cashback) {
        questions.push((t.q_who, fill(t.a_who, &[("percent", &percent)])));
        questions.push((t.q_refund, t.a_refund.to_owned()));
    }
    questions.push((t.q_data, t.a_data.to_owned()));
    view! {
        <section aria-labelledby="questions">
            <h2 id="questions" class="text-2xl font-semibold tracking-tight sm:text-3xl">{t.questions}</h2>
            <div class="mt-6 divide-y divide-line border-y border-line">
                {questions.into_iter().map(|(question, answer)| view! {
                    <details class="question group">
                        <summary class="flex cursor-pointer items-center justify-between gap-4 py-5 text-lg font-medium">
                            {question}<span aria-hidden="true" class="text-2xl leading-none font-light text-muted transition-transform group-open:rotate-45">"+"</span>
                        </summary>
                        <p class="max-w-2xl pb-6 text-muted text-pretty">{answer}</p>
                    </details>
                }).collect_view()}
            </div>
        </section>
    }
}

#[component]
fn Help(brand: Branding) -> impl IntoView {
    let t = words();
    let digits = |number: &str| {
        number
            .chars()
            .filter(|sign| sign.is_ascii_digit() || *sign == '+')
            .collect::<String>()
    };
    let ways = [
        brand.support_whatsapp.map(|number| {
            (
                t.whatsapp,
                format!("https://wa.me/{}", digits(&number).trim_start_matches('+')),
                number,
            )
        }),
        brand
            .support_email
            .map(|address| (t.email, format!("mailto:{address}"), address)),
        brand
            .support_phone
            .map(|number| (t.phone, format!("tel:{}", digits(&number)), number)),
    ];
    let spoken = |text: String| Phone::parse(&text).map_or(text, |phone| phone.formatted());
    let ways: Vec<_> = ways
        .into_iter()
        .flatten()
        .map(|(label, href, text)| (label, href, spoken(text)))
        .collect();
    (!ways.is_empty()).then(|| {
        view! {
            <section aria-labelledby="help">
                <h2 id="help" class="text-2xl font-semibold tracking-tight sm:text-3xl">{t.help}</h2>
                <ul class="mt-6 grid gap-3 sm:grid-cols-3">
                    {ways.into_iter().map(|(label, href, text)| view! {
                        <li>
                            <a href=href rel="external" class="surface block p-5 hover:border-muted">
                                <span class="block text-sm text-muted">{label}</span>
                                <span class="mt-1 block font-semibold break-words text-ink">{text}</span>
                            </a>
                        </li>
                    }).collect_view()}
                </ul>
            </section>
        }
    })
}

#[component]
fn Foot() -> impl IntoView {
    let t = words();
    view! {
        <footer class="border-t border-line">
            <div class="mx-auto flex max-w-5xl flex-wrap items-center justify-between gap-4 px-5 py-8 text-sm text-muted">
                <span class="flex items-center gap-3"><Mark class="size-7 rounded-md text-xs"/>{frame().site_name().to_owned()}</span>
                <a href="/admin" rel="external" class="underline-offset-4 hover:underline">{t.for_operators}</a>
            </div>
        </footer>
    }
}
