//! A tenant's name in addresses, and the names of its database and role that follow from it.

use crate::text::text;

/// Labels with a meaning of their own, and `master`, whose tenant database would be the master database.
const RESERVED: [&str; 8] = [
    "www", "api", "admin", "app", "super", "static", "pkg", "master",
];

text! {
    /// The short name of a tenant: a subdomain label, unique on the platform and never changed.
    #[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    Slug, schema(pattern = "^[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])$", example = "clube-navi")
}

impl Slug {
    /// Three to forty lower-case letters, digits and hyphens, with no hyphen at either end.
    ///
    /// Reasons: `required`, `too_short`, `too_long`, `invalid`, `reserved`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        match text.len() {
            0 => Err("required"),
            1..=2 => Err("too_short"),
            41.. => Err("too_long"),
            _ if !text.bytes().all(allowed) => Err("invalid"),
            _ if text.starts_with('-') || text.ends_with('-') => Err("invalid"),
            _ if RESERVED.contains(&text) => Err("reserved"),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The tenant's database. No two slugs share one, as a slug has no underscore; at most 54 of PostgreSQL's 63 bytes.
    pub fn database_name(&self) -> String {
        format!("clube_digital_{}", self.0.replace('-', "_"))
    }

    /// The role that owns the tenant's database, distinct for each slug as well.
    pub fn role_name(&self) -> String {
        format!("clube_t_{}", self.0.replace('-', "_"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_what_the_pattern_accepts() {
        for good in ["abc", "clube-navi", "0-0", "a--b", &"a".repeat(40)] {
            assert_eq!(Slug::parse(good).as_ref().map(Slug::as_str), Ok(good));
        }
    }

    #[test]
    fn refuses_everything_else_with_its_reason() {
        let long = "a".repeat(41);
        for (bad, reason) in [
            ("", "required"),
            ("ab", "too_short"),
            (&long, "too_long"),
            ("-ab", "invalid"),
            ("ab-", "invalid"),
            ("Abc", "invalid"),
            ("a_b", "invalid"),
            (" abc", "invalid"),
            ("abc\n", "invalid"),
            ("açaí", "invalid"),
            ("api", "reserved"),
            ("www", "reserved"),
            ("static", "reserved"),
        ] {
            assert_eq!(Slug::parse(bad), Err(reason), "{bad:?}");
        }
    }

    #[test]
    fn no_tenant_gets_the_master_database() {
        assert_eq!(Slug::parse("master"), Err("reserved"));
    }

    #[test]
    fn names_its_database_and_role() {
        let slug = Slug::parse("clube-navi").expect("a slug");
        assert_eq!(slug.database_name(), "clube_digital_clube_navi");
        assert_eq!(slug.role_name(), "clube_t_clube_navi");
    }

    proptest! {
        #[test]
        fn names_fit_and_lead_back_to_the_slug(text in "[a-z0-9][a-z0-9-]{1,38}[a-z0-9]") {
            prop_assume!(!RESERVED.contains(&text.as_str()));
            let slug = Slug::parse(&text).expect("a slug");
            for (name, prefix) in [(slug.database_name(), "clube_digital_"), (slug.role_name(), "clube_t_")] {
                prop_assert!(name.len() <= 63);
                prop_assert_eq!(name.strip_prefix(prefix).map(|rest| rest.replace('_', "-")), Some(text.clone()));
            }
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Slug::parse(&text);
        }
    }
}
