//! What every checked text has in common: one private string, one door in, one way out.
//!
//! A type made here holds text that its own `parse` accepted. To add one, name it with [`text!`] and write
//! `pub fn parse(text: &str) -> Result<Self, &'static str>`, whose error is the stable reason for the field that the
//! caller names (`required`, `invalid`, `too_long`, …). JSON goes through that door too. The database does not: what it
//! holds was checked on its way in, and a rule made stricter later must not make old rows unreadable. So methods that
//! cut the text apart give the whole of it where it is not as expected.

macro_rules! text {
    ($(#[$meta:meta])* $name:ident, schema($($schema:tt)*)) => {
        $(#[$meta])*
        #[derive(Clone, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(
            feature = "ssr",
            derive(sqlx::Type, utoipa::ToSchema),
            sqlx(transparent),
            schema(value_type = String, $($schema)*)
        )]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text as it is stored and sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

pub(crate) use text;
