//! The pages made from tables are those in the repository.

use std::{env, fs, path::Path};

#[test]
fn the_reference_page_is_current() {
    assert_current("assets/reference.md", &sockeye::reference::page());
}

#[test]
fn the_page_of_findings_is_current() {
    assert_current("assets/findings.md", &sockeye::reference::findings_page());
}

fn assert_current(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if env::var_os("SOCKEYE_UPDATE_EXPECTED").is_some() {
        fs::write(&path, made).expect("the page can be written");
    }
    let kept = fs::read_to_string(&path).expect("the page is there");
    assert!(kept == made, "{name} is old; SOCKEYE_UPDATE_EXPECTED=1 cargo test --test reference renews it");
}

#[test]
fn each_finding_of_the_reference_links_to_its_section() {
    let page = sockeye::reference::findings_page();
    let reference = sockeye::reference::page();
    for finding in sockeye::diagnose::FINDINGS {
        let code = finding.code;
        assert!(page.contains(&format!("\n## {code}\n")), "{code} has a section");
        assert!(reference.contains(&format!("(findings.md#{code})")), "{code} is linked");
    }
}

#[test]
fn the_readme_has_the_exit_codes() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let table = sockeye::reference::exit_codes();
    assert!(readme.expect("the README is there").contains(&table), "README.md wants this table:\n{table}");
}
