//! The configuration: it is read, or each problem has its place. The copy that goes into packs
//! reads as the same configuration, with nothing left to mask.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use retool_audit::catalogue::Catalogue;
use retool_audit::config::check::parse;
use retool_audit::config::{Known, RuleWords};
use retool_audit_fuzz::expect_places;

const FILE: &str = "retool-audit.toml";

static RULES: LazyLock<Vec<RuleWords>> = LazyLock::new(|| Catalogue::default().words());

fuzz_target!(|text: &str| {
    let read = |text: &str| {
        parse(text, Path::new("/audit"), FILE, &Known { rules: &RULES, ..Known::default() })
    };
    let config = match read(text) {
        Ok(it) => it,
        Err(problems) => return expect_places(&problems, FILE),
    };
    if let Ok(copy) = read(&config.text) {
        assert_eq!(copy.text, config.text, "what was masked is masked again");
        assert_eq!(copy.instances.len(), config.instances.len());
    }
});
