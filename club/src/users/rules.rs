//! What may stand in a user's fields.

use super::{UserStatus, UserType};

/// The longest first or last name, in characters.
const NAME_LENGTH: usize = 100;

/// A first or last name without spaces around it. Reasons: `required`, `too_long`, `invalid`.
pub fn check_name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() {
        Err("required")
    } else if name.chars().count() > NAME_LENGTH {
        Err("too_long")
    } else if name.chars().any(|c| c.is_control() || is_invisible(c)) {
        Err("invalid")
    } else {
        Ok(name.to_owned())
    }
}

/// Characters that reorder or hide text, so that a name could pretend to be another.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// How others in the club may know somebody: a merchant by the whole name, which is over the door; a consumer by no more than
/// a friend would know, `Ana S.`; nobody who has left.
pub fn known_as(
    user_type: UserType,
    status: UserStatus,
    first_name: &str,
    last_name: &str,
) -> Option<String> {
    match (status, user_type) {
        (UserStatus::Deleted, _) => None,
        (_, UserType::Merchant) => Some(format!("{first_name} {last_name}").trim().to_owned()),
        (_, UserType::Consumer) => Some(match last_name.chars().next() {
            Some(initial) => format!("{first_name} {}.", initial.to_uppercase()),
            None => first_name.to_owned(),
        }),
    }
}

/// A referral code as it is stored, from what a person typed: capitals, with the letters that look like digits read as
/// those digits.
pub fn normalise_referral_id(typed: &str) -> String {
    typed
        .trim()
        .chars()
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_has_a_whole_name_a_person_an_initial_and_who_left_none() {
        use {UserStatus::*, UserType::*};
        for (user_type, status, last_name, expected) in [
            (Consumer, Active, "silva", Some("Ana S.")),
            (Consumer, Blocked, "Érica", Some("Ana É.")),
            (Consumer, Active, "", Some("Ana")),
            (Consumer, Deleted, "Silva", None),
            (Merchant, Active, "Central", Some("Ana Central")),
            (Merchant, Deleted, "Central", None),
        ] {
            let name = known_as(user_type, status, "Ana", last_name);
            assert_eq!(name.as_deref(), expected);
        }
    }

    #[test]
    fn names() {
        assert_eq!(check_name("  Ana Júlia "), Ok("Ana Júlia".to_owned()));
        assert_eq!(check_name(&"ç".repeat(100)), Ok("ç".repeat(100)));
        for (bad, reason) in [
            ("", "required"),
            (" \t", "required"),
            ("Ana\r\nBcc: x", "invalid"),
            ("Ana\0", "invalid"),
            ("Ana\u{202e}anA", "invalid"),
            (&"a".repeat(101), "too_long"),
        ] {
            assert_eq!(check_name(bad), Err(reason), "{bad:?}");
        }
    }

    #[test]
    fn a_referral_code_survives_being_read_aloud() {
        assert_eq!(normalise_referral_id(" ol1i-ab "), "0111-AB");
    }
}
