//! A new file among the migrations is a change to this crate, which embeds them.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
