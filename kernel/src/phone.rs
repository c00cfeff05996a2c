//! Telephone numbers, stored as E.164 (`+5511912345678`).

use crate::text::text;

/// The area codes (DDD) that Anatel has given out.
const AREA_CODES: [u8; 67] = [
    11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 24, 27, 28, 31, 32, 33, 34, 35, 37, 38, 41, 42, 43,
    44, 45, 46, 47, 48, 49, 51, 53, 54, 55, 61, 62, 63, 64, 65, 66, 67, 68, 69, 71, 73, 74, 75, 77,
    79, 81, 82, 83, 84, 85, 86, 87, 88, 89, 91, 92, 93, 94, 95, 96, 97, 98, 99,
];

text! {
    /// A telephone number in E.164.
    #[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    Phone, schema(format = "phone", example = "+5511912345678")
}

impl Phone {
    /// A Brazilian number with area code, with or without country code, or any other country's number after a `+`.
    /// Spaces, hyphens, dots and parentheses are dropped.
    ///
    /// Reasons: `required`, `invalid`, `area_code`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Err("required");
        }
        let (international, number) = match text.strip_prefix('+') {
            Some(number) => (true, number),
            None => (false, text),
        };
        let digits: String = number
            .chars()
            .filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '(' | ')'))
            .collect();
        if digits.len() > 15 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("invalid");
        }
        match (international, digits.strip_prefix("55")) {
            (true, Some(national)) => brazilian(national),
            (true, None) => foreign(&digits),
            (false, Some(national)) if digits.len() > 11 => brazilian(national),
            (false, _) => brazilian(&digits),
        }
    }

    /// As people of the country write it: `(11) 91234-5678`; other countries' numbers stay in E.164.
    pub fn formatted(&self) -> String {
        let parts = self.0.strip_prefix("+55").and_then(|national| {
            let (area, number) = national.split_at_checked(2)?;
            let (front, back) = number.split_at_checked(number.len().checked_sub(4)?)?;
            Some(format!("({area}) {front}-{back}"))
        });
        parts.unwrap_or_else(|| self.0.clone())
    }
}

fn brazilian(national: &str) -> Result<Phone, &'static str> {
    let (area, number) = national.split_at_checked(2).ok_or("invalid")?;
    let plausible = match (number.len(), number.as_bytes().first()) {
        (9, Some(first)) => *first == b'9',
        (8, Some(first)) => (b'2'..=b'5').contains(first),
        _ => false,
    };
    if !plausible {
        return Err("invalid");
    }
    if !area.parse().is_ok_and(|code| AREA_CODES.contains(&code)) {
        return Err("area_code");
    }
    Ok(Phone(format!("+55{national}")))
}

fn foreign(digits: &str) -> Result<Phone, &'static str> {
    if digits.len() < 8 || digits.starts_with('0') {
        return Err("invalid");
    }
    Ok(Phone(format!("+{digits}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_every_usual_way_of_writing() {
        for (typed, stored, formatted) in [
            ("(11) 91234-5678", "+5511912345678", "(11) 91234-5678"),
            ("11912345678", "+5511912345678", "(11) 91234-5678"),
            ("+55 11 91234-5678", "+5511912345678", "(11) 91234-5678"),
            ("5511912345678", "+5511912345678", "(11) 91234-5678"),
            ("(55) 3222-1234", "+555532221234", "(55) 3222-1234"),
            ("55 99123-4567", "+5555991234567", "(55) 99123-4567"),
            ("+351 912 345 678", "+351912345678", "+351912345678"),
            ("+1 (212) 555-0100", "+12125550100", "+12125550100"),
        ] {
            let phone = Phone::parse(typed).expect(typed);
            assert_eq!(phone.as_str(), stored);
            assert_eq!(phone.formatted(), formatted);
        }
    }

    #[test]
    fn refuses_everything_else_with_its_reason() {
        for (bad, reason) in [
            ("", "required"),
            ("912345678", "invalid"),
            ("(20) 91234-5678", "area_code"),
            ("(11) 81234-5678", "invalid"),
            ("(11) 6123-4567", "invalid"),
            ("+55 11 1234", "invalid"),
            ("+0123456789", "invalid"),
            ("+1234567", "invalid"),
            ("+1234567890123456", "invalid"),
            ("++351912345678", "invalid"),
            ("11 91234-567a", "invalid"),
            ("١١٩١٢٣٤٥٦٧٨", "invalid"),
            ("11912345678\r\n0", "invalid"),
        ] {
            assert_eq!(Phone::parse(bad), Err(reason), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn stored_and_formatted_forms_read_back(typed in "\\+?[0-9]{8,15}") {
            if let Ok(phone) = Phone::parse(&typed) {
                prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone.clone()));
                prop_assert_eq!(Phone::parse(&phone.formatted()), Ok(phone));
            }
        }
    }
}
