//! Tells cargo to look at the web build again when it has changed: what is embedded is found by name, and names change.

fn main() {
    println!("cargo:rerun-if-changed=web/dist");
}
