//! What a brand must keep to.

use super::Branding;
use kernel::{Email, Error, Phone, Result};

/// Names and taglines stay on one line of a phone's screen.
const LONGEST_LINE: usize = 120;
/// Links are pasted, not written.
const LONGEST_LINK: usize = 500;

/// Refuses a brand that could not be shown: no name, too long a line, a link that is not one.
pub fn check(branding: &Branding) -> Result<()> {
    let line =
        |text: &str| text.chars().count() <= LONGEST_LINE && !text.chars().any(char::is_control);
    let picture = |link: &Option<String>| {
        link.as_deref()
            .is_none_or(|link| is_link(link) || is_own_path(link))
    };
    let page = |link: &Option<String>| link.as_deref().is_none_or(is_link);
    let phone = |number: &Option<String>| {
        number
            .as_deref()
            .is_none_or(|number| Phone::parse(number).is_ok())
    };
    Error::check([
        ("appName", line(&branding.app_name), "too_long"),
        ("appName", !branding.app_name.trim().is_empty(), "required"),
        ("tagline", line(&branding.tagline), "too_long"),
        ("logoLightUrl", picture(&branding.logo_light_url), "invalid"),
        ("logoDarkUrl", picture(&branding.logo_dark_url), "invalid"),
        ("iconUrl", picture(&branding.icon_url), "invalid"),
        ("faviconUrl", picture(&branding.favicon_url), "invalid"),
        (
            "supportEmail",
            branding
                .support_email
                .as_deref()
                .is_none_or(|email| Email::parse(email).is_ok()),
            "invalid",
        ),
        ("supportPhone", phone(&branding.support_phone), "invalid"),
        (
            "supportWhatsapp",
            phone(&branding.support_whatsapp),
            "invalid",
        ),
        ("appStoreUrl", page(&branding.app_store_url), "invalid"),
        ("playStoreUrl", page(&branding.play_store_url), "invalid"),
        (
            "minimumAppVersion",
            is_version(&branding.minimum_app_version),
            "invalid",
        ),
    ])
}

/// An absolute address over TLS; never `javascript:`, `data:` or one that quotes its way out of an attribute.
fn is_link(text: &str) -> bool {
    text.strip_prefix("https://")
        .is_some_and(|rest| !rest.starts_with('/') && is_plain(rest))
}

/// A path on the club's own host.
fn is_own_path(text: &str) -> bool {
    text.strip_prefix('/')
        .is_some_and(|rest| !rest.starts_with(['/', '\\']) && is_plain(rest))
}

fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_LINK
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\`()".contains(&byte))
}

/// Three numbers: `1.0.0`.
fn is_version(text: &str) -> bool {
    text.split('.').count() == 3 && text.split('.').all(|part| part.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Slug;

    fn brand() -> Branding {
        Branding::initial("Clube Navi", &Slug::parse("clube-navi").expect("a slug"))
    }

    fn refused(change: impl FnOnce(&mut Branding)) -> Vec<String> {
        let mut branding = brand();
        change(&mut branding);
        check(&branding).map_or_else(
            |error| error.fields.into_keys().map(Into::into).collect(),
            |()| Vec::new(),
        )
    }

    #[test]
    fn the_initial_brand_and_usual_links_pass() {
        let none: Vec<String> = Vec::new();
        assert_eq!(refused(|_| ()), none);
        assert_eq!(
            refused(|brand| {
                brand.logo_light_url = Some("/media/logo.png".into());
                brand.play_store_url =
                    Some("https://play.google.com/store/apps/details?id=br.com.navi".into());
            }),
            none
        );
    }

    #[test]
    fn refuses_what_could_run_or_mislead() {
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "http://example.com/a.png",
            "//example.com/a.png",
            "/\\example.com",
            "https://",
            "https:///a",
            "https://a/\"onload=",
            "https://a b",
            "",
        ] {
            assert_eq!(
                refused(|brand| brand.icon_url = Some(bad.into())),
                ["iconUrl"],
                "{bad}"
            );
        }
        assert_eq!(
            refused(|brand| brand.app_store_url = Some("/app".into())),
            ["appStoreUrl"]
        );
        assert_eq!(refused(|brand| brand.app_name = " ".into()), ["appName"]);
        assert_eq!(
            refused(|brand| brand.minimum_app_version = "1.0".into()),
            ["minimumAppVersion"]
        );
    }
}
