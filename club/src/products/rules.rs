//! What may stand in a product's fields, and how it is found.

use kernel::Money;

/// The longest name, in characters.
const NAME_LENGTH: usize = 120;
/// The longest description, in characters.
const DESCRIPTION_LENGTH: usize = 5_000;
/// The highest price: a million reais.
const HIGHEST_PRICE: Money = Money::from_centavos(1_000_000_00);

/// A product's name without spaces around it. Reasons: `required`, `too_long`, `invalid`.
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

/// A product's description without spaces around it; it may have lines and may be empty. Reasons: `too_long`, `invalid`.
pub fn check_description(text: &str) -> Result<String, &'static str> {
    let description = text.trim().replace("\r\n", "\n");
    let is_strange = |c: char| (c.is_control() && c != '\n' && c != '\t') || is_invisible(c);
    if description.chars().count() > DESCRIPTION_LENGTH {
        Err("too_long")
    } else if description.chars().any(is_strange) {
        Err("invalid")
    } else {
        Ok(description)
    }
}

/// A price that something can have. Reason: `out_of_range`.
pub fn check_price(price: Money) -> Result<Money, &'static str> {
    if price.is_positive() && price <= HIGHEST_PRICE {
        Ok(price)
    } else {
        Err("out_of_range")
    }
}

/// Characters that reorder or hide text, so that a name could pretend to be another. Joiners stay: emoji need them.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Text as it is searched: lower case, without the accents of Portuguese and its neighbours.
pub fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        // An accent that stands apart from its letter.
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}'))
        .map(|c| match c {
            'á' | 'à' | 'â' | 'ã' | 'ä' | 'ª' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'º' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_and_descriptions() {
        assert_eq!(check_name("  Café 1 kg "), Ok("Café 1 kg".to_owned()));
        assert_eq!(
            check_description("um\r\ndois\t3 "),
            Ok("um\ndois\t3".to_owned())
        );
        assert_eq!(check_description(""), Ok(String::new()));
        for (bad, reason) in [
            (" ", "required"),
            ("a\nb", "invalid"),
            ("a\u{202e}b", "invalid"),
            (&"é".repeat(121), "too_long"),
        ] {
            assert_eq!(check_name(bad), Err(reason), "{bad:?}");
        }
        assert_eq!(check_description("a\0"), Err("invalid"));
        assert_eq!(check_description(&"é".repeat(5_001)), Err("too_long"));
    }

    #[test]
    fn prices() {
        for good in [1, 1_000_000_00] {
            assert!(check_price(Money::from_centavos(good)).is_ok(), "{good}");
        }
        for bad in [0, -1, 1_000_000_01, i64::MIN] {
            assert_eq!(check_price(Money::from_centavos(bad)), Err("out_of_range"));
        }
    }

    #[test]
    fn accents_and_capitals_do_not_count() {
        assert_eq!(fold("PÃO de Açúcar"), "pao de acucar");
        assert_eq!(fold("pa\u{303}o"), "pao", "written apart");
    }

    proptest! {
        #[test]
        fn what_is_folded_stays(text: String) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
