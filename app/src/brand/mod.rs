//! A brand on the screen: the colours that follow from the tenant's, and its monogram.
//!
//! Colours reach the page only as [`Colour`]s, so nothing that a tenant typed is ever read as CSS or markup.

mod icon;

pub use icon::icon_svg;

use crate::words::large_letter;
use kernel::Colour;
use tenancy::branding::Branding;

/// The console's own colour where there is no tenant.
const PLATFORM: Colour = Colour::rgb(0x4f, 0x46, 0xe5);
/// The background of each theme on which text is hardest to read: the page's of the light one, a card's of the dark one.
/// The style sheet has the same.
const LIGHT: Colour = Colour::rgb(0xf6, 0xf6, 0xf7);
const DARK: Colour = Colour::rgb(0x18, 0x18, 0x1b);

/// The main colour of a site.
pub fn primary(branding: Option<&Branding>) -> Colour {
    branding.map_or(PLATFORM, |branding| branding.primary_color)
}

/// The CSS variables of a brand: its colour as it is for the public page, and for each theme as fill, text on it, and
/// readable ink.
pub fn variables(branding: Option<&Branding>) -> String {
    let fill = primary(branding);
    let (second, accent) = branding.map_or((fill, fill), |branding| {
        (branding.secondary_color, branding.accent_color)
    });
    let on_fill = fill.text_on();
    let ink = fill.readable_on(LIGHT);
    let light_on_dark = fill.readable_on(DARK);
    let light = format!(
        "--hero:{fill};--on-hero:{on_fill};--brand:{fill};--on-brand:{on_fill};--brand-ink:{ink};--brand-second:{second};--on-second:{};--brand-accent:{accent};--on-accent:{}",
        second.text_on(),
        accent.text_on(),
    );
    let dark = format!(
        "--brand:{light_on_dark};--on-brand:{};--brand-ink:{light_on_dark}",
        light_on_dark.text_on()
    );
    format!(
        ":root{{{light}}}:root[data-theme=dark]{{{dark}}}@media(prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
    )
}

/// Whether it can stand for a word: no punctuation of ours, and not among the signs between Unicode's older scripts and the
/// Asian ones. All scripts' own tables are too large a download for this.
fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter >= 'À' && !matches!(letter, '\u{2000}'..='\u{303f}')
}

/// Up to two letters that stand for a name: `Clube Navi` is `CN`.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|letter| is_letter(*letter)));
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .map(large_letter)
        .take(2)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_at_most_two_letters() {
        for (name, letters) in [
            ("Clube Navi", "CN"),
            ("Empresa B", "EB"),
            ("navi", "N"),
            ("", ""),
            ("<b> &", "B"),
            ("Água do Vale", "ÁV"),
            ("água «do» … vale", "ÁV"),
            ("“Navi” — Клуб", "NК"),
            ("\u{4f1a}\u{5458}", "\u{4f1a}"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

    #[test]
    fn a_bright_brand_is_darkened_for_text_only() {
        let variables = variables(None);
        assert!(
            variables.contains("--brand:#4f46e5;--on-brand:#ffffff"),
            "{variables}"
        );
        assert!(variables.contains("prefers-color-scheme:dark"));
    }
}
