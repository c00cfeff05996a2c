//! The words of the screens: one small typed table a feature, both languages side by side, so that none can be missing.
//!
//! Write the table next to the pages that use it, in `words.rs`, as `words! { key: "português", "English"; }`. A page
//! takes `let t = words();`; code outside a page takes `in_language(locale)`. Places to fill are `{name}`, see [`fill`].

use kernel::Locale;

/// Makes `Words`, `words()` for the page's language and `in_language(locale)`.
macro_rules! words {
    ($($key:ident: $portuguese:literal, $english:literal;)*) => {
        /// The words of this feature in one language.
        pub(crate) struct Words {
            $(pub(crate) $key: &'static str,)*
        }

        static PORTUGUESE: Words = Words { $($key: $portuguese,)* };
        static ENGLISH: Words = Words { $($key: $english,)* };

        /// The words in this language.
        pub(crate) fn in_language(locale: kernel::Locale) -> &'static Words {
            match locale {
                kernel::Locale::PtBr => &PORTUGUESE,
                kernel::Locale::En => &ENGLISH,
            }
        }

        /// The words in the page's language.
        #[allow(dead_code, clippy::allow_attributes, clippy::allow_attributes_without_reason)]
        pub(crate) fn words() -> &'static Words {
            in_language($crate::frame::frame().locale)
        }
    };
}

/// Puts values where the text says `{name}`.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

/// What Unicode calls the distance between a large letter of western Europe and its small one.
const TO_SMALL: u32 = 0x20;

/// A letter of our languages as a small one. Others stay as they are: the tables of all the world's letters are larger than
/// all our words, and every browser would download them.
fn small_letter(letter: char) -> char {
    match letter {
        'À'..='Ö' | 'Ø'..='Þ' => char::from_u32(u32::from(letter) + TO_SMALL).unwrap_or(letter),
        letter => letter.to_ascii_lowercase(),
    }
}

/// The other way round.
pub(crate) fn large_letter(letter: char) -> char {
    match letter {
        'à'..='ö' | 'ø'..='þ' => char::from_u32(u32::from(letter) - TO_SMALL).unwrap_or(letter),
        letter => letter.to_ascii_uppercase(),
    }
}

/// A word of ours in small letters, for the middle of a sentence.
pub(crate) fn small(text: &str) -> String {
    text.chars().map(small_letter).collect()
}

/// The letters as people type them in a hurry: small and without accents.
pub(crate) fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|letter| match small_letter(letter) {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        letter => letter,
    })
}

/// "1 member", "2 members": picks by number and puts it at `{n}`, its thousands grouped as the language does.
pub(crate) fn count(locale: Locale, n: impl TryInto<u64>, one: &str, many: &str) -> String {
    let n = n.try_into().unwrap_or(0);
    fill(
        if n == 1 { one } else { many },
        &[("n", &number(locale, n))],
    )
}

/// A number with its thousands grouped. None is below zero.
pub(crate) fn number(locale: Locale, n: impl TryInto<u64>) -> String {
    locale.grouped(n.try_into().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_both_languages() {
        assert_eq!(
            count(Locale::PtBr, 1, "{n} membro", "{n} membros"),
            "1 membro"
        );
        assert_eq!(
            count(Locale::PtBr, 1_284, "{n} membro", "{n} membros"),
            "1.284 membros"
        );
        assert_eq!(
            count(Locale::En, 0, "{n} member", "{n} members"),
            "0 members"
        );
        assert_eq!(number(Locale::En, 1_000_000), "1,000,000");
    }

    #[test]
    fn letters_of_our_languages_are_as_unicode_has_them() {
        for letter in '\0'..='\u{fe}' {
            let (small, large) = (letter.to_lowercase(), letter.to_uppercase());
            assert!(small.eq([small_letter(letter)]), "{letter}");
            // Those whose large form is of another script, or two letters.
            if !['µ', 'ß'].contains(&letter) {
                assert!(large.eq([large_letter(letter)]), "{letter}");
            }
        }
        assert_eq!(small("Versão À × Þ"), "versão à × þ");
        assert_eq!(plain("Ação").collect::<String>(), "acao");
    }
}
