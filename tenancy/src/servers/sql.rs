//! Names and texts in statements that take no parameters (`create database`, `create role`, `grant`).

use sqlx::{AssertSqlSafe, Executor, PgConnection};

/// How often a statement is tried that others get in the way of.
const TRIES: usize = 20;

/// A name, quoted.
pub(crate) fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text, quoted.
pub(crate) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!(" E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// Runs statements in one round trip; several are one transaction. Every name in them went through [`ident`] and every
/// text through [`literal`].
pub(crate) async fn run(conn: &mut PgConnection, statements: String) -> Result<(), sqlx::Error> {
    conn.execute(AssertSqlSafe(statements)).await.map(drop)
}

/// Runs statements that change rows of the server's catalogue which others (another node, a job, a tenant made at the same
/// time) change too: PostgreSQL refuses the later one with "tuple concurrently updated", and it tries again. `clashes` are
/// the further refusals that another try may overcome.
pub(crate) async fn run_among_others(
    conn: &mut PgConnection,
    statements: &str,
    clashes: &[&str],
) -> Result<(), sqlx::Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        match run(conn, statements.to_owned()).await {
            Err(error)
                if tries < TRIES
                    && (refused_with(&error, &["XX000"]) || refused_with(&error, clashes)) => {}
            outcome => return outcome,
        }
    }
}

/// Whether the database refused with one of these codes.
pub(crate) fn refused_with(error: &sqlx::Error, codes: &[&str]) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| codes.contains(&code.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_end_where_they_should() {
        assert_eq!(ident(r#"a"b"#), r#""a""b""#);
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"\'"), r" E'\\'''");
    }
}
