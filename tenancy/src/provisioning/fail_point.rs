//! Where the tests kill the process: `CLUBE_FAIL_AT=<point>`, in debug builds only.

/// Ends the process at once, as `kill -9` would, if this point is the one that was asked for.
pub(super) fn reached(point: &str) {
    if cfg!(debug_assertions) && std::env::var("CLUBE_FAIL_AT").is_ok_and(|asked| asked == point) {
        std::process::abort();
    }
}
