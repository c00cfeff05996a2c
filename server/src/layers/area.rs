//! The parts of the site, told apart by their path: each has its own way to sign in, to refuse and to be cached.

/// A part of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    /// The JSON API: signs in by bearer token, never by cookie.
    Api,
    /// Server functions: called by the pages, and by their forms.
    Functions,
    /// Pages of administrators.
    Console,
    /// Pages for everybody.
    Open,
}

impl Area {
    pub(super) fn of(path: &str) -> Self {
        let begins = |prefix: &str| {
            path.strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if begins("/api") {
            Self::Api
        } else if begins("/_fn") {
            Self::Functions
        } else if begins("/admin") || begins("/super") {
            Self::Console
        } else {
            Self::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_at_a_slash() {
        for (path, area) in [
            ("/api", Area::Api),
            ("/api/tenant-info", Area::Api),
            ("/apis", Area::Open),
            ("/_fn/sign_in", Area::Functions),
            ("/admin", Area::Console),
            ("/super/tenants", Area::Console),
            ("/", Area::Open),
            ("/administrators", Area::Open),
        ] {
            assert_eq!(Area::of(path), area, "{path}");
        }
    }
}
