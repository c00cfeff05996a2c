//! The content security policy of the pages. The shell sets it, because it knows the nonce of the page's own scripts.

/// For a page of the application: its own scripts and what they load, its own styles, and nobody else's anything.
pub fn of_page(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'strict-dynamic' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    )
}

/// For a page that only says no: one style, the site's font, no scripts.
pub fn of_refusal(nonce: &str) -> String {
    format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
}
