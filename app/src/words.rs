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

/// The letters as people type them in a hurry: small and without accents.
pub(crate) fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
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
}
