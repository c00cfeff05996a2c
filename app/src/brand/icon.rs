//! The browser tab's icon: the monogram on the brand's colour, when the tenant brings no icon of its own.

use super::{initials, primary};
use std::fmt::Write;
use tenancy::branding::Branding;

/// A square SVG of the brand, or of the platform when there is none.
pub fn icon_svg(branding: Option<&Branding>) -> String {
    let fill = primary(branding);
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="{fill}"/>"#
    );
    let letters = initials(branding.map_or("Clube Digital", |branding| &branding.app_name));
    let size = if letters.chars().count() > 1 { 28 } else { 36 };
    let _ = write!(
        svg,
        r#"<text x="32" y="33" text-anchor="middle" dominant-baseline="central" font-family="Inter,system-ui,sans-serif" font-weight="700" font-size="{size}" fill="{}">{letters}</text></svg>"#,
        fill.text_on()
    );
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_letters_whatever_the_name() {
        let svg = icon_svg(None);
        assert!(
            svg.contains(">CD</text>") && svg.contains("#4f46e5"),
            "{svg}"
        );
    }
}
