//! `clube`: the one binary.
fn main() {}
