//! Names and texts in statements that take no parameters (`create database`, `create role`, `grant`).

use sqlx::{AssertSqlSafe, Executor, PgConnection};

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
