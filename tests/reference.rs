//! The pages made from tables are those in the repository.

use std::{env, fs, path::Path};

#[test]
fn the_reference_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/reference.md");
    let made = sockeye::reference::page();
    if env::var_os("SOCKEYE_UPDATE_EXPECTED").is_some() {
        fs::write(&path, &made).expect("the page can be written");
    }
    let kept = fs::read_to_string(&path).expect("the page is there");
    assert!(
        kept == made,
        "assets/reference.md is old; SOCKEYE_UPDATE_EXPECTED=1 cargo test --test reference renews it"
    );
}

#[test]
fn the_readme_has_the_exit_codes() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let table = sockeye::reference::exit_codes();
    assert!(readme.expect("the README is there").contains(&table), "README.md wants this table:\n{table}");
}
