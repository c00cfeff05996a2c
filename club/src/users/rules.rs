//! What may stand in a user's fields.

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
