//! What may stand in a legal text.

use super::LegalTexts;
use crate::products::check_name;
use kernel::{Error, Result};

/// The longest text, in characters: about eighty pages.
const BODY_LENGTH: usize = 200_000;

/// A text without space around it. Reasons: `required`, `too_long`, `invalid`.
fn check_body(text: &str) -> Result<String, &'static str> {
    let body = text.trim().replace("\r\n", "\n");
    if body.is_empty() {
        Err("required")
    } else if body.chars().count() > BODY_LENGTH {
        Err("too_long")
    } else if body
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        Err("invalid")
    } else {
        Ok(body)
    }
}

/// The texts without space around them. Fields `title` and `body`, and the English ones as `en.title` and `en.body`, with
/// the reasons `required`, `too_long`, `invalid`.
pub(super) fn check(mut texts: LegalTexts) -> Result<LegalTexts> {
    let portuguese = [("title", "body", Some(&mut texts.pt_br))];
    let english = [("en.title", "en.body", texts.en.as_mut())];
    let mut refusal: Option<Error> = None;
    for (title, body, text) in portuguese.into_iter().chain(english) {
        let Some(text) = text else { continue };
        for (field, checked, value) in [
            (title, check_name(&text.title), &mut text.title),
            (body, check_body(&text.body), &mut text.body),
        ] {
            match checked {
                Ok(checked) => *value = checked,
                Err(reason) => {
                    refusal = Some(match refusal.take() {
                        None => Error::invalid(field, reason),
                        Some(error) => error.and(field, reason),
                    });
                }
            }
        }
    }
    refusal.map_or(Ok(texts), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::legal_documents::LegalText;

    #[test]
    fn both_languages_are_checked_at_once() {
        let text = |title: &str, body: &str| LegalText {
            title: title.to_owned(),
            body: body.to_owned(),
        };
        let good = LegalTexts {
            pt_br: text(" Termos ", "um\r\ndois\n"),
            en: None,
        };
        assert_eq!(
            check(good).map(|texts| texts.pt_br),
            Ok(text("Termos", "um\ndois"))
        );
        let bad = LegalTexts {
            pt_br: text("", "a\0b"),
            en: Some(text(&"é".repeat(121), " ")),
        };
        let refusal = Error::invalid("title", "required")
            .and("body", "invalid")
            .and("en.title", "too_long")
            .and("en.body", "required");
        assert_eq!(check(bad), Err(refusal));
    }
}
